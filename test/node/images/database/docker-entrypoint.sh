#!/bin/sh
# Makes the data folder on the first start, as the environment says, and runs the server.
# Honours what README.md beside it lists; written for these tests, not the official images' script.
set -eu
data=/var/lib/mysql

# The value of MARIADB_x or MYSQL_x, or of the file that x_FILE names.
setting() {
  eval "value=\${MARIADB_$1-\${MYSQL_$1-}} file=\${MARIADB_$1_FILE-\${MYSQL_$1_FILE-}}"
  if [ -n "$file" ]; then cat "$file"; else printf %s "$value"; fi
}

quoted() {
  printf "'%s'" "$(printf %s "$1" | sed "s/[\\\\']/\\\\&/g")"
}

# Not echo, which reads backslashes.
say() {
  printf '%s\n' "$1"
}

# A line for each statement: MariaDB reads no more than one from a line before it is up.
statements() {
  root=$(quoted "$(setting ROOT_PASSWORD)") database=$(setting DATABASE) user=$(setting USER)
  say 'FLUSH PRIVILEGES;'
  say "ALTER USER 'root'@'localhost' IDENTIFIED BY $root;"
  say "CREATE USER 'root'@'%' IDENTIFIED BY $root;"
  say "GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;"
  if [ -n "$user" ]; then say "CREATE USER $(quoted "$user")@'%' IDENTIFIED BY $(quoted "$(setting PASSWORD)");"; fi
  if [ -n "$database" ]; then say "CREATE DATABASE \`$database\`;"; fi
  if [ -n "$user" ] && [ -n "$database" ]; then say "GRANT ALL ON \`$database\`.* TO $(quoted "$user")@'%';"; fi
  if [ -n "$database" ]; then say "USE \`$database\`;"; fi
  for file in /docker-entrypoint-initdb.d/*.sql; do
    if [ -f "$file" ]; then cat "$file"; fi
  done
}

set -- --no-defaults --datadir="$data" "$@"
if [ "$(id -u)" = 0 ]; then
  chown mysql:mysql "$data" /run/mysqld
  set -- "$@" --user=mysql
fi

if [ ! -d "$data/mysql" ]; then
  if [ -z "$(setting ROOT_PASSWORD)$(setting ALLOW_EMPTY_PASSWORD)$(setting ALLOW_EMPTY_ROOT_PASSWORD)" ]; then
    echo 'set MYSQL_ROOT_PASSWORD or MARIADB_ROOT_PASSWORD: the root user needs one' >&2
    exit 1
  fi
  first=$(mktemp)
  statements >"$first"
  chmod 644 "$first" # the server reads it as another user; the folder is the container's own
  if command -v mariadbd >/dev/null; then
    mariadb-install-db "$@" --skip-name-resolve --force --skip-test-db --auth-root-authentication-method=normal --extra-file="$first"
  else
    mysqld "$@" --initialize-insecure --init-file="$first"
  fi
  rm "$first"
fi

exec "$SERVER" "$@"
