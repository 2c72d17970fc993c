import { defineConfig } from "vite";

// `WEFT_SERVER` names the server that answers /api while pages are worked on (`npm run dev`).
const server = (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env.WEFT_SERVER;

export default defineConfig({
  resolve: {
    alias: [
      { find: /^react\/jsx-runtime$/, replacement: "preact/jsx-runtime" },
      { find: /^react-dom$/, replacement: "preact/compat" },
      { find: /^react$/, replacement: "preact/compat" },
    ],
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../src/weftwork/web/static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  worker: { format: "es" },
  server: { proxy: { "/api": server ?? "http://127.0.0.1:3000" } },
});
