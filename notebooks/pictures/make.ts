/**
 * `npm run notebooks:pictures [folder] [width] [light|dark]`: the beginning of each notebook as a PNG, here unless a folder is
 * given. Code hosts do not render notebooks; README.md shows these.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TestBrowser } from '../../sim/testing/browser.node.ts';
import { buildNotebooks, settled } from '../testing/site.ts';

const NOTEBOOKS = ['the-paradox', 'old-information', 'retry-storms', 'is-the-simulator-right'];
/** Each begins with what it is about: the picture shows its most telling chart. */
const CHARTS: Readonly<Record<string, string>> = {
  'the-paradox': 'subsets',
  'old-information': 'ages',
  'retry-storms': 'phases',
  'is-the-simulator-right': 'deviations',
};
const PATIENCE = 180_000;

const [folder = fileURLToPath(new URL('.', import.meta.url)), width = '900', scheme = 'light', whole] =
  process.argv.slice(2);
const built = mkdtempSync(join(tmpdir(), 'overcontrol-notebooks-'));
mkdirSync(folder, { recursive: true });
const [browser, site] = await Promise.all([TestBrowser.launch(), buildNotebooks(built)]);
for (const name of NOTEBOOKS) {
  if (!(`/${name}.html` in site)) continue;
  const { page, problems, close } = await openAt(name);
  const path = join(folder, `${name}.png`);
  if (whole === 'whole') await page.screenshot({ path, fullPage: true });
  else await page.locator(`[data-chart=${CHARTS[name]}]`).first().screenshot({ path });
  process.stdout.write(`${path}: ${Math.round(statSync(path).size / 1000)} kB\n`);
  for (const problem of problems) process.stderr.write(`${name}: ${problem}\n`);
  await close();
}
await browser.close();
rmSync(built, { recursive: true, force: true });

async function openAt(name: string) {
  const opened = await browser.open(site, `/${name}.html`);
  await opened.page.emulateMedia({ colorScheme: scheme === 'dark' ? 'dark' : 'light' });
  await opened.page.setViewportSize({ width: Number(width), height: 900 });
  await settled(opened.page, PATIENCE);
  return { page: opened.page, problems: opened.problems, close: () => opened.close() };
}
