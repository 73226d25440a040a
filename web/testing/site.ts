import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { SiteFiles } from '../../sim/testing/browser.node.ts';

const CONFIG = fileURLToPath(new URL('../vite.config.ts', import.meta.url));

/** Builds the page into a folder, and returns its files as a site in memory. */
export async function buildSite(folder: string): Promise<SiteFiles> {
  await build({ configFile: CONFIG, logLevel: 'error', build: { outDir: folder, emptyOutDir: true } });
  return siteIn(folder);
}

/** The files of a folder by their path from it; `index.html` is what `/` shows. */
export function siteIn(folder: string): SiteFiles {
  const files: Record<string, Uint8Array> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[path.slice(folder.length).replaceAll('\\', '/')] = readFileSync(path);
  }
  return { ...files, '/': files['/index.html'] };
}
