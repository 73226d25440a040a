import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { Page } from 'playwright-core';
import type { SiteFiles } from '../../sim/testing/browser.node.ts';
import type { CellStates } from '../page/page.ts';
import { siteIn } from '../../web/testing/site.ts';

const CONFIG = fileURLToPath(new URL('../vite.config.ts', import.meta.url));

/** Builds the notebooks into a folder, and returns their files as a site in memory. */
export async function buildNotebooks(folder: string): Promise<SiteFiles> {
  await build({ configFile: CONFIG, logLevel: 'error', build: { outDir: folder, emptyOutDir: true } });
  return siteIn(folder);
}

/** Waits until every cell of a notebook has run, and nothing is being computed. Throws what failed. */
export async function settled(page: Page, timeoutMs = 100_000): Promise<CellStates> {
  await page.waitForFunction(() => typeof window.cellStates === 'function');
  const until = performance.now() + timeoutMs;
  for (;;) {
    const { states, orders } = await page.evaluate(async () => {
      // What an input has changed is computed from the next frame on.
      for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
      return { states: await window.cellStates(), orders: document.documentElement.dataset['orders'] ?? '0' };
    });
    if (states.failed.length > 0) throw new Error(states.failed.join('\n'));
    if (states.pending.length === 0 && orders === '0') return states;
    if (performance.now() > until) throw new Error(`after ${timeoutMs} ms: ${states.pending.join(', ')}`);
    await sleep(50);
  }
}
