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
          include: ['test/**/*.test.ts', 'reconciler/test/**/*.test.ts'],
          exclude: ['test/cluster/**', 'test/node/**', 'reconciler/test/cluster/**'],
        },
      },
    ],
  },
});
