import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { observable } from '@observablehq/notebook-kit/vite';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));

/** The kit's own modules and themes go by `observable:`; what it would fetch from other hosts has no name here. */
const kit = fileURLToPath(new URL('.', import.meta.resolve('@observablehq/notebook-kit')));

/** What a built notebook may load: itself. Cells are functions in files; charts and inputs set styles. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Every notebook of this folder as static files for any host. */
export default defineConfig({
  root,
  base: './',
  appType: 'mpa',
  publicDir: false,
  resolve: { alias: [{ find: /^observable:(.*)$/, replacement: `${kit}$1` }] },
  plugins: [
    observable({ template: join(root, 'page/template.html') }),
    {
      name: 'content-security-policy',
      apply: 'build',
      transformIndexHtml: () => [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
          injectTo: 'head-prepend',
        },
      ],
    },
  ],
  worker: { format: 'es' },
  server: { port: 5174, fs: { allow: [fileURLToPath(new URL('..', import.meta.url))] } },
  preview: { port: 5174 },
  build: {
    outDir: fileURLToPath(new URL('../dist/notebooks', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      input: readdirSync(root)
        .filter((file) => file.endsWith('.html'))
        .map((file) => join(root, file)),
    },
  },
});
