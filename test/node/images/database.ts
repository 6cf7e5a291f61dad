import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Image, image } from '../image.js';

/** Debian's MariaDB 10.11, under the official image's name. */
export function mariadbImage(): Promise<Image> {
  return database({
    tags: ['mariadb:10.11'],
    release: 'bookworm',
    packages: ['mariadb-server-core', 'mariadb-client-core'],
    server: 'mariadbd',
  });
}

/** Debian's MySQL; only its unstable release has one. Also under the name of the client that schema Jobs ask for. */
export function mysqlImage(): Promise<Image> {
  return database({
    tags: ['mysql:9', 'mysql:8.4'],
    release: 'sid',
    packages: ['mysql-server-core', 'mysql-client-core'],
    server: 'mysqld',
  });
}

interface Database {
  readonly tags: readonly string[];
  readonly release: string;
  readonly packages: readonly string[];
  readonly server: string;
}

function database({ tags, release, packages, server }: Database): Promise<Image> {
  return image({
    names: ['docker.io', 'harbor.cloud.io'].flatMap((registry) => tags.map((tag) => `${registry}/library/${tag}`)),
    release,
    packages: [...packages, 'coreutils', 'dash', 'grep', 'hostname', 'sed'],
    files: {
      '/etc/passwd': {
        text: 'root:x:0:0:root:/root:/bin/sh\nmysql:x:999:999:mysql:/var/lib/mysql:/usr/sbin/nologin\n',
      },
      '/etc/group': { text: 'root:x:0:\nmysql:x:999:\n' },
      '/usr/local/bin/docker-entrypoint.sh': {
        text: readFileSync(join(__dirname, 'database', 'docker-entrypoint.sh'), 'utf8'),
        mode: 0o755,
      },
      '/docker-entrypoint-initdb.d': { folder: 0o755 },
      '/run/mysqld': { folder: 0o1777 },
      '/var/lib/mysql': { folder: 0o1777 },
      '/var/lib/mysql-files': { folder: 0o1777 },
    },
    entrypoint: ['docker-entrypoint.sh'],
    env: { SERVER: server },
  });
}
