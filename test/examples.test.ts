import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const examples = join(__dirname, '../examples');
const apps = existsSync(examples)
  ? readdirSync(examples).filter((name) => existsSync(join(examples, name, 'cdk8s.yaml')))
  : [];

it.each(apps)('examples/%s/dist is what cdk8s synth renders', { timeout: 60_000 }, (name) => {
  const directory = join(examples, name);
  const outdir = mkdtempSync(join(tmpdir(), 'synth-'));
  try {
    // As the CLI does it, without its 400 ms.
    const [command = '', ...args] = parse(readFileSync(join(directory, 'cdk8s.yaml'), 'utf8')).app.split(' ');
    execFileSync(command, args, { cwd: directory, env: { ...process.env, CDK8S_OUTDIR: outdir } });
    expect(content(outdir)).toEqual(content(join(directory, 'dist')));
  } finally {
    rmSync(outdir, { recursive: true });
  }
});

const tried = readdirSync(join(__dirname, 'samples')).flatMap((file) =>
  apps.filter((name) => existsSync(join(examples, name, file))).map((name) => ({ name, file })),
);

it.each(tried)('examples/$name/$file is the manifest of its users, to the letter', ({ name, file }) => {
  const text = (path: string) => readFileSync(path, 'utf8');
  expect(text(join(examples, name, file))).toBe(text(join(__dirname, 'samples', file)));
});

it.each(['README.md', 'README.zh-CN.md', 'reconciler/README.md', 'reconciler/README.zh-CN.md'])(
  '%s lists every example',
  (page) => {
    const text = readFileSync(join(__dirname, '..', page), 'utf8');
    expect(apps.filter((name) => !text.includes(`examples/${name})`))).toEqual([]);
  },
);

function content(directory: string): Record<string, string> {
  return Object.fromEntries(readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), 'utf8')]));
}
