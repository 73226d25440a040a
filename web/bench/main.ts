import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { TestBrowser } from '../../sim/testing/browser.node.ts';
import type { SiteFiles } from '../../sim/testing/browser.node.ts';
import { toFragment } from '../src/share/link.ts';
import { buildSite } from '../testing/site.ts';

/** The page's speed in a headless browser that renders in software: what a person would feel. */

const VIEW = { width: 1440, height: 1000 };
const LANES = ['layered', 'bare'].map((design) => ({ design, off: [], lag: {}, cause: {} }));
/** Particles that one request a second amounts to at normal speed: it is seen to travel 0.9 s, to stay, and to fade. */
const PARTICLES_PER_RATE = 1.13;

function busyWorld(rate: number): string {
  return `
name: busy
duration: 40s
world:
  services:
    pool: { instances: 100, concurrency: 100, serviceTime: { lognormal: { mean: 80ms, p99: 400ms } } }
  traffic:
    - { name: crowd, to: pool, clients: 20, arrivals: { poisson: ${rate}/s }, deadline: 1s }
edges:
  - { from: crowd, to: pool, layers: [{ name: balancer, kind: loadBalancer, policy: random }] }
`;
}

/** As text, since what is compiled for Node would look for its own helpers on the page. */
const COUNT_FRAMES = `new Promise((resolve) => {
  const began = performance.now();
  let count = 0;
  let total = 0;
  requestAnimationFrame(function frame(now) {
    count++;
    for (const canvas of document.querySelectorAll('canvas.flow')) total += Number(canvas.dataset.particles);
    if (now - began < 4000) requestAnimationFrame(frame);
    else resolve({ fps: (count * 1000) / (now - began), shown: total / count });
  });
})`;

async function isWhole(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const figures = [...document.querySelectorAll('.figures')];
      return figures.length === 2 && figures.every(({ textContent }) => !textContent.includes('computing'));
    },
    undefined,
    { timeout: 120_000 },
  );
  const busy = page.getByRole('button', { name: 'Stop computing' });
  await busy.waitFor({ state: 'detached', timeout: 120_000 });
}

/** Frames a second while two stages play, and how many particles they showed, both together. */
async function frames(browser: TestBrowser, site: SiteFiles, particles: number): Promise<string> {
  const rate = Math.round(particles / 2 / PARTICLES_PER_RATE);
  const state = { shipped: null, text: busyWorld(rate), file: 'busy.yaml', bases: {}, lanes: LANES };
  const fragment = await toFragment({ ...state, at: 10_000, speed: 1, request: null });
  const opened = await browser.open(site, `/#${fragment}`);
  const { page } = opened;
  await page.setViewportSize(VIEW);
  await isWhole(page);
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await page.waitForTimeout(500);
  const { fps, shown } = await page.evaluate<{ fps: number; shown: number }>(COUNT_FRAMES);
  await opened.close();
  return `${fps.toFixed(0)} frames/s with ${Math.round(shown).toLocaleString('en-US')} particles in two designs`;
}

/** From opening the page to answering to a click, and to the first stage; from a change to its result. */
async function waits(browser: TestBrowser, site: SiteFiles): Promise<readonly string[]> {
  const opened = await browser.open(site, '/');
  const { page } = opened;
  await page.setViewportSize(VIEW);
  await page.reload();
  await page.locator('[data-lane=A] [data-layer=breaker]').waitFor();
  const interactive = await page.evaluate(() => performance.now());
  await page.waitForFunction(
    () => Number(document.querySelector<HTMLElement>('canvas.flow')?.dataset['particles']) > 0,
  );
  const first = await page.evaluate(() => performance.now());
  await page.getByRole('button', { name: 'Skip' }).click();
  await isWhole(page);
  await page.locator('#scrubber').fill('75000');
  const changes: number[] = [];
  for (const layer of ['breaker', 'breaker', 'limiter', 'limiter', 'sidecar', 'sidecar']) {
    await page.locator('.stages').evaluate((element) => element.removeAttribute('data-change-ms'));
    await page.locator(`[data-lane=A] [data-layer=${layer}]`).click();
    await page.waitForFunction(
      () => Number(document.querySelector('.stages')?.getAttribute('data-change-ms') ?? 0) > 0,
    );
    changes.push(Number(await page.locator('.stages').getAttribute('data-change-ms')));
    await isWhole(page);
  }
  await opened.close();
  changes.sort((a, b) => a - b);
  return [
    `${interactive.toFixed(0)} ms from opening until it answers`,
    `${first.toFixed(0)} ms from opening until requests are seen`,
    `${changes[Math.floor(changes.length / 2)]} ms from a change until the visible moment shows it (median of ${changes.length}, worst ${changes.at(-1)})`,
  ];
}

const folder = mkdtempSync(join(tmpdir(), 'overcontrol-bench-'));
try {
  const [site, browser] = [await buildSite(folder), await TestBrowser.launch()];
  const scripts = Object.entries(site).filter(([path]) => path.endsWith('.js'));
  const size = (of: readonly (readonly [string, string | Uint8Array])[], compress = gzipSync): string =>
    `${Math.round(of.reduce((sum, [, content]) => sum + compress(content).length, 0) / 1000)} kB`;
  const isEditor = ([path]: readonly [string, unknown]): boolean => path.includes('/editor-');
  console.log(`page, Chromium ${browser.version}, software rendering, load ${loadavg()[0].toFixed(1)}`);
  const own = scripts.filter((script) => !isEditor(script));
  console.log(
    `  ${size(own)} of script compressed with gzip (${size(own, brotliCompressSync)} with brotli), and ${size(scripts.filter(isEditor))} for the editor`,
  );
  for (const line of await waits(browser, site)) console.log(`  ${line}`);
  for (const particles of [5000, 10_000]) console.log(`  ${await frames(browser, site, particles)}`);
  await browser.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
