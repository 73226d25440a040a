import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // What a user's own controller or test imports is the sources here, not what was last built of them.
  resolve: {
    alias: {
      'overcontrol/controllers': fileURLToPath(new URL('sim/controllers/index.ts', import.meta.url)),
      'overcontrol/properties': fileURLToPath(new URL('sim/properties/index.ts', import.meta.url)),
    },
  },
  test: {
    include: ['sim/**/*.test.ts', 'scenarios/**/*.test.ts', 'web/**/*.test.ts', 'notebooks/**/*.test.ts'],
    setupFiles: ['sim/testing/same-cases.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
