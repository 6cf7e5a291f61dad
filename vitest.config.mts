import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const conditions = ['cdk8s-source'];
const cluster = '**/test/cluster/**/*.test.ts';
const browser = '**/test/browser/**/*.test.ts';
const node = '**/test/node/**/*.test.ts';
/** Of a layer with servers, the file to run by itself. */
const one = process.env.TEST_FILE;

/**
 * Files of the layer cluster that take minutes (the last lines of `npm test` name them): begun last, one would end
 * alone.
 */
const longest = ['faults', 'leadership', 'membership', 'tour', 'scale', 'secrets', 'cli'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const long = ({ moduleId }: TestSpecification) =>
      longest.some((name) => moduleId.endsWith(`cluster/${name}.test.ts`));
    return [...sorted.filter(long), ...sorted.filter((file) => !long(file))];
  }
}

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // Nothing here keeps state, so every worker loads the library once.
          isolate: false,
          // Tests that start processes take long on a busy machine; no test is about time.
          testTimeout: 120_000,
          hookTimeout: 300_000,
          include: [
            'test/**/*.test.ts',
            'reconciler/test/**/*.test.ts',
            'manager/test/**/*.test.ts',
            'examples/*/test/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', cluster, browser, node],
        },
      },
      {
        extends: true,
        test: {
          name: 'cluster',
          include: [one ?? cluster],
          exclude: ['**/node_modules/**'],
          globalSetup: 'test/cluster/global-setup.ts',
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: [one ?? browser],
          exclude: ['**/node_modules/**'],
          globalSetup: 'test/cluster/global-setup.ts',
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'node',
          // Each file has nodes of its own, with fixed addresses.
          include: [one ?? node],
          exclude: ['**/node_modules/**'],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
