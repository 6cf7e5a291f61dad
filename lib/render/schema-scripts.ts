/** Where the Job and the waiting servers find their files. */
export const schemaFolder = '/schema';

// User and host go into a file and the password into MYSQL_PWD, so that none of them is an argument that others can
// see. A backslash is an escape in that file (mysys: my_default.cc); a grave accent ends an identifier of SQL.
const connect = `set -eu
umask 077
client="$(command -v mysql || command -v mariadb)"
value() { printf '%s' "$1" | sed 's/[\\\\"]/\\\\&/g'; }
printf '[client]\\nhost="%s"\\nport=%s\\nuser="%s"\\nconnect_timeout=5\\n' \\
  "$(value "$MYSQL_HOST")" "$MYSQL_PORT" "$(value "$MYSQL_USER")" > /tmp/client.cnf
run() { "$client" --defaults-file=/tmp/client.cnf --default-character-set=utf8mb4 "$@"; }
within() { run --database="$MYSQL_DATABASE" "$@"; }
complete() { [ "$(within --skip-column-names < ${schemaFolder}/check.sql 2>/tmp/error)" = 1 ]; }
`;

/**
 * Creates and upgrades the schema. Ends at once where it is complete, so that a user without the right to create tables
 * will do.
 */
export const createSchema = `${connect}until run --execute 'SELECT 1' > /dev/null 2> /tmp/error; do
  echo "waiting for $MYSQL_HOST:$MYSQL_PORT: $(cat /tmp/error)"
  if grep -q -e 'ERROR 1045' -e 'ERROR 1698' /tmp/error; then exit 1; fi
  sleep 2
done
if complete; then echo "the schema of $MYSQL_DATABASE is complete"; exit 0; fi
if ! within --execute 'SELECT 1' > /dev/null 2>&1; then
  name="$(printf '%s' "$MYSQL_DATABASE" | sed 's/\`/\`\`/g')"
  run --execute "CREATE DATABASE IF NOT EXISTS \\\`$name\\\` DEFAULT CHARACTER SET utf8mb4"
fi
within < ${schemaFolder}/schema.sql
complete
echo "the schema of $MYSQL_DATABASE was created or upgraded"
`;

/** Waits until the schema is there. */
export const awaitSchema = `${connect}until complete; do
  echo "waiting for the schema of $MYSQL_DATABASE in $MYSQL_HOST:$MYSQL_PORT: $(cat /tmp/error)"
  sleep 5
done
`;
