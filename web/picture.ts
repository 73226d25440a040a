/**
 * Writes the README's picture: the page with the story on it, at a moment at which it is told. `npm run picture`; another
 * file can be named behind it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { TestBrowser } from '../sim/testing/browser.node.ts';
import { toFragment } from './src/share/link.ts';
import { buildSite } from './testing/site.ts';

const FILE = argv[2] ?? fileURLToPath(new URL('picture.png', import.meta.url));
const SIZE = { width: 1440, height: 600 };
const PATIENCE = { timeout: 300_000 };

/** Two designs, while the instance is slow. */
const STATE = {
  shipped: 'load-balancer-chaos.yaml',
  text: '',
  file: 'load-balancer-chaos.yaml',
  bases: {},
  lanes: ['layered', 'propagated'].map((design) => ({ design, off: [], lag: {}, cause: {} })),
  at: 78_500,
  speed: 0.25,
  request: null,
};

const folder = mkdtempSync(join(tmpdir(), 'overcontrol-picture-'));
const browser = await TestBrowser.launch();
try {
  const site = await buildSite(folder);
  const opened = await browser.open(site, '/picture');
  const { page } = opened;
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize(SIZE);
  await page.goto(`${new URL(page.url()).origin}/#${await toFragment(STATE)}`);
  await page.waitForFunction(
    () => {
      const figures = [...document.querySelectorAll('.figures')];
      const busy = [...document.querySelectorAll('button')].some(({ textContent }) => textContent === 'Stop computing');
      return !busy && figures.length > 1 && figures.every(({ textContent }) => !textContent.includes('computing'));
    },
    undefined,
    PATIENCE,
  );
  writeFileSync(FILE, await page.screenshot());
  await opened.close();
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
