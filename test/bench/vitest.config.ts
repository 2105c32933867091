import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/bench/bench.ts'],
    globalSetup: 'test/build-once.ts',
    testTimeout: 20 * 60_000,
    env: { HOME: '/nonexistent', HOLDFAST_HOME: '', NO_COLOR: '1' },
  },
});
