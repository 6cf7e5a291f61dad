import { defineConfig } from 'vitest/config';

const conditions = ['cdk8s-source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
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
          include: ['test/**/*.test.ts', 'reconciler/test/**/*.test.ts'],
          exclude: ['test/cluster/**', 'test/node/**', 'reconciler/test/cluster/**'],
        },
      },
    ],
  },
});
