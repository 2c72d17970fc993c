import { defineConfig } from "vitest/config";

// Pages in a real browser against a real server; tests/end_to_end/test_pages.py starts both.
export default defineConfig({
  test: { include: ["tests/pages/*.pages.ts"], fileParallelism: false, testTimeout: 90_000, hookTimeout: 120_000, retry: 0 },
});
