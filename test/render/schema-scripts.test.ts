import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../lib/render/schema-scripts.js';

describe('the script of the schema Job', () => {
  const folder = mkdtempSync(join(tmpdir(), 'schema-job-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What a client of the database gets: the option file, and each statement. */
  function clientOf(login: { readonly user: string; readonly database: string }) {
    const log = join(folder, 'log');
    const client = join(folder, 'mysql');
    // Knows no database until one was created.
    writeFileSync(
      client,
      `#!/bin/sh
printf '%s\\0' "$@" >> ${log}
case "$*" in *'CREATE DATABASE'*) : > ${folder}/made ;; *--database=*) [ -e ${folder}/made ] || exit 1 ;; esac
case "$*" in *--skip-column-names*) [ -e ${folder}/done ] && echo 1 || echo 0 ;; *--execute*) ;; *) : > ${folder}/done ;; esac
`,
    );
    chmodSync(client, 0o755);
    for (const name of ['log', 'made', 'done']) rmSync(join(folder, name), { force: true });
    for (const name of ['check.sql', 'schema.sql']) writeFileSync(join(folder, name), '');
    const script = createSchema.replaceAll(/\/(schema|tmp)\//g, `${folder}/`);
    execFileSync('sh', ['-c', script], {
      env: {
        PATH: `${folder}:${process.env.PATH}`,
        MYSQL_HOST: 'db',
        MYSQL_PORT: '3306',
        MYSQL_USER: login.user,
        MYSQL_DATABASE: login.database,
      },
    });
    const words = readFileSync(log, 'utf8').split('\0');
    return { options: optionFile(readFileSync(join(folder, 'client.cnf'), 'utf8')), words };
  }

  /** As MySQL reads it (mysys/my_default.cc): quotes around a value go, a backslash in it is an escape. */
  function optionFile(content: string): Record<string, string> {
    const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', s: ' ' };
    const lines = content.split('\n').filter((line) => line.includes('='));
    return Object.fromEntries(
      lines.map((line) => {
        const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
        const bare = value.replace(/^"(.*)"$/, '$1');
        return [name, bare.replace(/\\(.)/g, (_whole, char: string) => escapes[char] ?? char)];
      }),
    );
  }

  it.each(['svc\\nacos"q', 'corp\\table', "o'neil", 'a#b', 'a b\\', '"quoted"', '$(id)`id`$HOME'])(
    'logs in as %j',
    (user) => {
      expect(clientOf({ user, database: 'nacos' }).options).toMatchObject({ user, host: 'db' });
    },
  );

  it.each(['nacos', 'na`cos', 'a b', '--help', "it's", '$(id)$HOME"'])('creates the database %j', (database) => {
    const { words } = clientOf({ user: 'root', database });
    expect(words).toContain(`--database=${database}`);
    const name = database.replaceAll('`', '``');
    expect(words).toContain(`CREATE DATABASE IF NOT EXISTS \`${name}\` DEFAULT CHARACTER SET utf8mb4`);
  });
});
