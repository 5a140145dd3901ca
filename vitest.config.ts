import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    // Two cores: real servers and browsers run beside the tests.
    maxWorkers: 2,
    // A limit for what hangs, not for what is slow: machines are shared.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
