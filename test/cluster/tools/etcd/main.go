// etcd under its own name: `go build` would call go.etcd.io/etcd/server/v3 "server".
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
