import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: 'test/build-once.ts',
    setupFiles: ['test/fail-on-warnings.ts'],
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Real processes on two cores: more files at once would only measure each other.
    maxWorkers: 2,
    // Tests that start things by themselves say where; none may read the real home.
    env: { HOME: '/nonexistent', HOLDFAST_HOME: '', NO_COLOR: '1' },
  },
});
