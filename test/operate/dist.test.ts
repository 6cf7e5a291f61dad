import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { expect, it } from 'vitest';

const root = join(__dirname, '../..');

it('the program of the operator takes neither cdk8s nor constructs along', () => {
  expect(inputs('lib/operate/main.ts').filter((path) => /node_modules\/(cdk8s|constructs)/.test(path))).toEqual([]);
});

it('what decides does no I/O', () => {
  const paths = inputs('lib/operate/decide.ts');
  expect(
    paths.filter((path) =>
      /server\/(client|exchange)|operate\/(observe|act\b|servers|\w+\/act\b|\w+\/observe)|reconciler\/src\/(run|client)/.test(
        path,
      ),
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
