import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { inRegistry } from 'cdk8s-reconciler/kit';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';

const readmes = ['README.md', 'README.zh-CN.md'];
const documents = [...readmes, 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'].concat(
  readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
);
const text = (path: string) => readFileSync(path, 'utf8');
const blocks = (path: string) => [...text(path).matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);

/** What an app writes, by file. */
function synthesized(code: string): Record<string, unknown[]> {
  const folder = mkdtempSync(join(tmpdir(), 'readme-'));
  const bundle = join(folder, 'main.js');
  buildSync({
    stdin: { contents: code, resolveDir: process.cwd(), loader: 'ts' },
    outfile: bundle,
    bundle: true,
    platform: 'node',
    conditions: ['cdk8s-source'],
    alias: { 'cdk8s-nacos': './lib/index.ts' },
  });
  const dist = join(folder, 'dist');
  execFileSync(process.execPath, [bundle], { env: { ...process.env, CDK8S_OUTDIR: dist } });
  const files = Object.fromEntries(
    readdirSync(dist).map((name) => [name, parseAllDocuments(text(join(dist, name))).map((one) => one.toJS())]),
  );
  rmSync(folder, { recursive: true });
  return files;
}

describe.each(readmes)('%s', (readme) => {
  it('has an app that synthesizes, with every image from the registry that it names', { timeout: 30_000 }, () => {
    const files = synthesized(blocks(readme)[0]!);
    expect(Object.keys(files)).toEqual(['00-crds.k8s.yaml', '10-nacos.k8s.yaml', '20-shop.k8s.yaml']);
    expect(files['10-nacos.k8s.yaml']).toMatchObject([
      { kind: 'Nacos', metadata: { name: 'dev' } },
      { kind: 'Nacos', metadata: { name: 'prod' } },
      { kind: 'Nacos', metadata: { name: 'shop' } },
    ]);
    expect(JSON.stringify(files['20-shop.k8s.yaml'])).toContain('shop-client.nacos:8848');
  });

  it('says of each image what becomes of it', () => {
    const rows = [...text(readme).matchAll(/^\| `([^`]+)` \| (?:`([^`]+)`|.*) \|$/gm)].filter(
      ([, image, result]) => /[:/]/.test(image!) && (result === undefined || result.startsWith('harbor.')),
    );
    expect(rows).toHaveLength(6);
    for (const [, image, result = image] of rows) expect(inRegistry(image!, 'harbor.cloud.io')).toBe(result);
  });
});

it('the two READMEs have the same app and the same commands', () => {
  const commands = (path: string) =>
    [...text(path).matchAll(/^ {4}((?:npm|npx|kubectl) .*?)(?: {2,}#.*| +# .*)?$/gm)].map(([, command]) => command);
  expect(blocks('README.zh-CN.md')).toEqual(blocks('README.md'));
  expect(commands('README.zh-CN.md')).toEqual(commands('README.md'));
});

it('no document runs a package by a name that others may still register', () => {
  const byName = documents.flatMap((path) =>
    [...text(path).matchAll(/npx (?:--yes )?cdk8s-(?:nacos|reconciler)\b/g)].map(() => path),
  );
  expect(byName).toEqual([]);
});

it('links between documents lead somewhere', () => {
  const broken = documents.flatMap((path) =>
    [...text(path).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)]
      .map(([, target]) => join(path, '..', target!))
      .filter((target) => !existsSync(target))
      .map((target) => `${path}: ${relative('.', target)}`),
  );
  expect(broken).toEqual([]);
});

it('the scripts that documents name exist', () => {
  const { scripts } = JSON.parse(text('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
  const named = documents.flatMap((path) =>
    [...text(path).matchAll(/npm run (?:-s |--silent )?([\w:-]+)/g)].map(([, name]) => name!),
  );
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});
