import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { apps, plainFiles, synth } from './synth.js';

const examples = join(__dirname, '../examples');
const names = apps().flatMap((app) => (app.startsWith('examples/') ? [basename(app)] : []));

it.each(names)('examples/%s/dist is what cdk8s synth renders', { timeout: 60_000 }, (name) => {
  expect(plainFiles(synth(`examples/${name}`))).toEqual(plainFiles(join(examples, name, 'dist')));
});

const tried = readdirSync(join(__dirname, 'samples')).flatMap((file) =>
  names.filter((name) => existsSync(join(examples, name, file))).map((name) => ({ name, file })),
);

it.each(tried)('examples/$name/$file is the manifest of its users, to the letter', ({ name, file }) => {
  const text = (path: string) => readFileSync(path, 'utf8');
  expect(text(join(examples, name, file))).toBe(text(join(__dirname, 'samples', file)));
});

it.each(['README.md', 'README.zh-CN.md', 'reconciler/README.md', 'reconciler/README.zh-CN.md'])(
  '%s lists every example',
  (page) => {
    const text = readFileSync(join(__dirname, '..', page), 'utf8');
    expect(names.filter((name) => !text.includes(`examples/${name})`))).toEqual([]);
  },
);
