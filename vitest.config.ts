import { defineConfig } from 'vitest/config';

const shared = { disableConsoleIntercept: true, environment: 'node' } as const;
const ssr = { resolve: { conditions: ['source', 'node', 'import', 'default'] } };
const everywhere = (folder: string) => [`${folder}/**/*.test.ts`];

export default defineConfig({
  ssr,
  test: {
    projects: [
      {
        ssr,
        test: {
          ...shared,
          name: 'unit',
          include: [...everywhere('test'), ...everywhere('runtime/test'), ...everywhere('amqp-broker/test')],
          exclude: ['**/e2e/**', '**/node_modules/**'],
          testTimeout: 15_000,
        },
      },
      {
        ssr,
        test: {
          ...shared,
          name: 'e2e',
          include: everywhere('test/e2e'),
          globalSetup: ['test/e2e/installed-shop.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
