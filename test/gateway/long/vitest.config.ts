import { defineConfig } from 'vitest/config';

/** The full sizes of tests that run in a short size with the others: `npm run test:gateway-fuzz`, `npm run test:gateway-long`. */
export default defineConfig({
  ssr: { resolve: { conditions: ['source', 'node', 'import', 'default'] } },
  test: {
    root: import.meta.dirname,
    include: ['*.long.ts'],
    disableConsoleIntercept: true,
    fileParallelism: false,
  },
});
