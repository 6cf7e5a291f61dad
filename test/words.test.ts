import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/**
 * Words that stop a reader in code, messages and documents, and what to write instead. CONTRIBUTING.md, "Words", has
 * the glossary.
 */
const banned: readonly (readonly [words: string, instead: string])[] = [
  ['tell|tells|told|telling', 'say, show, report, notify, call with: it had ten meanings'],
  ['nobody|somebody|someone|anybody|everybody|whoever|whom', 'name it: others, another owner, users, a client'],
  ['anew', 'again'],
  ['he|him|his|she|her', 'users have no gender'],
];

/** Documents quote the output of runs. */
const quoted = /`[^`]*`|"[^"]*"/g;

/** The user of images, and one that is in no Nacos. */
const users = /\buser nobody\b|'nobody\b|\bnobody(:x)?:|to nobody'/g;

const notWritten =
  /(^|\/)(node_modules|dist|build|api)\/|thread\/source\.ts$|\.zh-CN\.md$|CHANGELOG\.md$|words\.test\.ts$/;

function files(folder: string, ending: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => ending.test(path) && !notWritten.test(path));
}

const folders = ['lib', 'test', 'reconciler/src', 'reconciler/test', 'manager/src', 'manager/console', 'manager/test'];
const code = [...folders, 'scripts', 'examples'].flatMap((one) => files(one, /\.tsx?$/));
const documents = [
  ...['docs', 'reconciler/docs', 'examples'].flatMap((one) => files(one, /\.md$/)),
  'README.md',
  'reconciler/README.md',
];

it.each(banned)('neither code, tests nor documents say %s', (words, _instead) => {
  const word = new RegExp(`\\b(${words})\\b`, 'i');
  const found = (paths: readonly string[], plain: (line: string) => string) =>
    paths.flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .flatMap((line, i) => (word.test(plain(line)) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
    );
  expect(code.length).toBeGreaterThan(600);
  expect(found(code, (line) => line.replaceAll(users, ''))).toEqual([]);
  expect(found(documents, (line) => line.replaceAll(quoted, ''))).toEqual([]);
});
