import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const conditions = ['cdk8s-source'];
const cluster = '**/test/cluster/**/*.test.ts';
const browser = '**/test/browser/**/*.test.ts';
const node = '**/test/node/**/*.test.ts';
/** Of a layer with servers, the file to run by itself. */
const one = process.env.TEST_FILE;

/**
 * Files that take long, the longest first (the last lines of `npm test` name them): begun last, one would end alone.
 */
const longest = [
  'operate/random',
  'cluster/faults',
  'cluster/ways-out',
  'cluster/forecast',
  'cluster/adopt',
  'cluster/leadership',
  'cluster/health',
  'cluster/secrets',
  'cluster/leaks',
  'cluster/membership',
  'cluster/data',
  'cluster/mistakes',
  'cluster/echo',
  'test/consumer',
  'operate/model',
  'run/level',
  'test/package',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex((name) => moduleId.endsWith(`${name}.test.ts`));
      return at < 0 ? longest.length : at;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
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
