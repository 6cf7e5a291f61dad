import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { synth } from '../../synth.js';
import { testOnNodes } from '../fixture.js';
import { soon } from './servers.js';

const test = testOnNodes(1);
const [, section = ''] = /^## See it run\n(.*?)(?=^## )/ms.exec(readFileSync('README.md', 'utf8')) ?? [];
const [shown = '', ...commands] = [/^ {4}NAME.*\n.*$/m, /^ {4}kubectl .*$/gm].flatMap(
  (lines) => section.match(lines) ?? [],
);
const page = 'http://127.0.0.1:8848/nacos';

test('the commands of the README lead to a console, and to the password to log in with', async ({ cluster }) => {
  const folder = mkdtempSync(join(tmpdir(), 'quick-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  symlinkSync(synth(), join(folder, 'dist'));
  const printed: string[] = [];
  for (const command of commands) {
    if (command.includes('port-forward')) cluster.begin(command);
    else printed.push(await cluster.type(command, folder));
  }
  const [table = '', password = ''] = printed.slice(-2);
  expect(words(table)).toEqual(words(shown));

  expect(section).toContain(`<${page}>`);
  const title = () => fetch(page).then((answer) => answer.text(), String);
  await expect.poll(title, soon).toContain('<title>Nacos</title>');
  const body = new URLSearchParams({ username: 'nacos', password });
  const login = await fetch(`${page}/v1/auth/users/login`, { method: 'POST', body });
  expect(await login.json()).toMatchObject({ accessToken: expect.any(String), globalAdmin: true });
});

/** Of a table, without the time. */
function words(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ +/).slice(0, -1));
}
