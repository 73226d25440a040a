import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { withoutJsonSchema } from './build/without-json-schema.ts';
import { withoutWords } from './build/without-words.ts';

const root = fileURLToPath(new URL('.', import.meta.url));

/** The page as static files for any host: relative addresses, one worker, the editor in a chunk of its own. */
export default defineConfig({
  root,
  base: './',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es', plugins: () => [withoutWords(), withoutJsonSchema()] },
  // Of the package's eight generators the simulator draws from one.
  resolve: {
    alias: [{ find: /^seedrandom$/, replacement: fileURLToPath(new URL('src/worker/alea.ts', import.meta.url)) }],
  },
  server: { fs: { allow: [fileURLToPath(new URL('..', import.meta.url))] } },
  build: {
    outDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    // Everything comes from files: a data: address would need a hole in the security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
  },
});
