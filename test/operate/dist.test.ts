import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { expect, it } from 'vitest';

const root = join(__dirname, '../..');

it('dist/ is what cdk8s synth renders, the operator included', { timeout: 60_000 }, () => {
  const outdir = mkdtempSync(join(tmpdir(), 'synth-'));
  try {
    const env = { ...process.env, CDK8S_OUTDIR: outdir };
    execFileSync(process.execPath, ['scripts/synth.cjs'], { cwd: root, env });
    expect(readdirSync(outdir)).toEqual(readdirSync(join(root, 'dist')));
    for (const file of readdirSync(outdir)) {
      expect(readFileSync(join(outdir, file), 'utf8') === readFileSync(join(root, 'dist', file), 'utf8'), file).toBe(
        true,
      );
    }
  } finally {
    rmSync(outdir, { recursive: true });
  }
});

it('the operator has room to grow in what kubectl apply carries of a ConfigMap, 256 KiB', () => {
  const documents = readFileSync(join(root, 'dist/10-operator.k8s.yaml'), 'utf8').split('\n---\n');
  const largest = Math.max(...documents.map(({ length }) => length));
  expect(largest).toBeLessThan(200 * 1024);
});

it('the program of the operator takes neither cdk8s nor constructs along', () => {
  expect(inputs('lib/operate/main.ts').filter((path) => /node_modules\/(cdk8s|constructs)/.test(path))).toEqual([]);
});

it.each(['plan', 'status', 'problems', 'members', 'hold'])('lib/operate/%s.ts does no I/O', (name) => {
  const paths = inputs(`lib/operate/${name}.ts`);
  expect(
    paths.filter((path) =>
      /server\/(client|exchange)|operate\/(observe|act\b)|reconciler\/src\/(run|client)/.test(path),
    ),
  ).toEqual([]);
});

/** Every file that ends up in a bundle of `entry`. */
function inputs(entry: string): string[] {
  const { metafile } = buildSync({
    entryPoints: [join(root, entry)],
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    conditions: ['cdk8s-source'],
    metafile: true,
    write: false,
  });
  return Object.entries(Object.values(metafile.outputs)[0]?.inputs ?? {}).flatMap(([path, { bytesInOutput }]) =>
    bytesInOutput > 0 ? [path] : [],
  );
}
