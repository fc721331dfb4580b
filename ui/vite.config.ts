// How the bundle is made: few files with fixed names, since the address of the whole bundle changes with it.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const address = process.env.FLOW8_ADDRESS ?? "http://127.0.0.1:4454";
const vendor = (names: string) => new RegExp(`node_modules[\\\\/](${names})[\\\\/]`);

export default defineConfig({
  base: "./",
  plugins: [react()],
  build: {
    target: "es2023",
    manifest: "manifest.json",
    assetsDir: "",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
    rolldownOptions: {
      input: "src/main.tsx",
      output: {
        entryFileNames: "app.js",
        chunkFileNames: "[name].js",
        assetFileNames: "[name][extname]",
        codeSplitting: {
          groups: [
            { name: "vendor-react", test: vendor("react|react-dom|scheduler|wouter|regexparam|use-sync-external-store|@tanstack") },
            { name: "vendor-flow", test: vendor("@xyflow|@dagrejs|d3-[a-z]+|zustand|classcat") },
            // What a code field needs comes first: YAML, for the Code view alone, would take it along.
            { name: "vendor-code", priority: 2, test: vendor("@codemirror/(autocomplete|commands|language|state|view)|@lezer/(common|highlight)|@marijn|style-mod|w3c-keyname|crelt") },
            { name: "vendor-yaml", priority: 1, test: vendor("yaml|@codemirror/(lang-yaml|lint)|@lezer/(lr|yaml)") },
          ],
        },
      },
    },
  },
  worker: { format: "es", rolldownOptions: { output: { entryFileNames: "[name].js" } } },
  server: {
    port: 4456,
    proxy: { "/api": { target: address, changeOrigin: true, ws: true }, "/assets": address },
  },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
