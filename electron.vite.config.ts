import { chmodSync, readFileSync } from 'node:fs';
import path from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';
import { external, findWorkers } from './scripts/bundling.mjs';

const root = import.meta.dirname;
const at = (...parts: string[]) => path.join(root, ...parts);
const resolve = { alias: { '@shared': at('shared') } };

/** dockerode reads these beside itself at run time, and bundled it is in out/main. */
const dockerodeProtocols: Plugin = {
  name: 'dockerode-protocols',
  generateBundle() {
    for (const name of ['auth.proto', 'buildkit_status.proto']) {
      const source = readFileSync(at('node_modules/dockerode/lib/proto', name));
      this.emitFile({ type: 'asset', fileName: `proto/${name}`, source });
    }
  },
};

const runnableCommandLine: Plugin = {
  name: 'runnable-command-line',
  writeBundle(options, bundle) {
    if (options.dir !== undefined && 'cli.cjs' in bundle) chmodSync(path.join(options.dir, 'cli.cjs'), 0o755);
  },
};

export default defineConfig({
  main: {
    resolve,
    plugins: [dockerodeProtocols, runnableCommandLine],
    build: {
      outDir: 'out/main',
      // Also what Node 20 and the oldest Electron that we run on understand.
      target: 'node20.18',
      minify: false,
      sourcemap: true,
      externalizeDeps: false,
      rollupOptions: {
        external,
        input: { main: at('electron/main.ts'), cli: at('electron/cli.ts'), ...findWorkers() },
        output: {
          format: 'cjs',
          entryFileNames: '[name].cjs',
          // Beside the entries: bundled code finds its files from __dirname.
          chunkFileNames: '[name]-[hash].cjs',
          banner: (chunk) => (chunk.name === 'cli' ? '#!/usr/bin/env node' : ''),
        },
      },
    },
  },
  preload: {
    resolve,
    build: {
      outDir: 'out/preload',
      target: 'node20.18',
      sourcemap: true,
      externalizeDeps: false, // a sandboxed preload can require nothing but electron
      rollupOptions: {
        external: ['electron'],
        input: { preload: at('electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('renderer'),
    resolve,
    plugins: [react(), tailwindcss()],
    build: {
      outDir: at('out/renderer'),
      emptyOutDir: true,
      target: 'chrome130',
      minify: true,
      // The page's policy takes fonts and pictures from our own files only.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 1000, // kB; read from disk, not over a network
      sourcemap: true,
      rollupOptions: {
        input: { index: at('renderer/index.html') },
        // So that a screen's chunk holds the components that only it shows, though all come through one index.ts.
        treeshake: { moduleSideEffects: [{ test: /\/renderer\/components\//, sideEffects: false }] },
      },
    },
  },
});
