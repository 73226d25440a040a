import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { percent } from '../sim/reports/numbers.ts';
import type { SiteFiles, TestPage } from '../sim/testing/browser.node.ts';
import { TestBrowser } from '../sim/testing/browser.node.ts';
import { answerTo } from './lab/answer.ts';
import { published } from './model/library.ts';
import { OLDEST, publishedCurves } from './model/old-information.ts';
import { LOADS, FACTORS } from './model/metastable.ts';
import { readStory } from './model/paradox.ts';
import { readTable } from './model/validation.ts';
import type { CellStates } from './page/page.ts';
import { buildNotebooks, settled } from './testing/site.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const SCENARIOS = join(HERE, '../scenarios');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'overcontrol-notebooks-'));

let browser: TestBrowser;
let site: SiteFiles;

beforeAll(async () => {
  [browser, site] = await Promise.all([TestBrowser.launch(), buildNotebooks(folder)]);
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a notebook before the tests of a block, and closes it after them. */
function notebook(name: string): { opened: TestPage; page: Page; states: CellStates } {
  const it = {} as { opened: TestPage; page: Page; states: CellStates };
  beforeAll(async () => {
    it.opened = await browser.open(site, `/${name}.html`);
    it.page = it.opened.page;
    await it.page.setViewportSize({ width: 1200, height: 900 });
    it.states = await settled(it.page);
  });
  afterAll(() => it.opened?.close());
  return it;
}

/** How many cells a notebook's file has that compute something. */
function computedCells(name: string): number {
  const text = readFileSync(join(HERE, `${name}.html`), 'utf8');
  const cells = [...text.matchAll(/<script id="\d+" type="([\w/]+)"[^>]*>(.*?)<\/script>/gs)];
  return cells.filter(([, type, content]) => type === 'module' || content.includes('${')).length;
}

/** What is the matter with a notebook that has run: nothing. */
async function faultsOf({ opened, page, states }: ReturnType<typeof notebook>, name: string): Promise<string[]> {
  const errors = await page.locator('.observablehq--error').allTextContents();
  const holes = await page.evaluate(() =>
    [...(document.querySelector('main')?.textContent ?? '').matchAll(/.{0,20}(?:NaN|undefined|\[object).{0,20}/g)].map(
      String,
    ),
  );
  const missing = states.cells >= computedCells(name) ? [] : [`${states.cells} cells ran`];
  return [...opened.problems, ...states.failed, ...states.pending, ...errors, ...holes, ...missing];
}

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

/** Breaches of the accessibility guidelines, in both themes. */
async function violations(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    // Outside the page's own world, where its security policy does not reach.
    const results = await page.evaluate<AxeResults>(
      `(async () => { ${AXE}; return axe.run(document, { runOnly: ['wcag2a', 'wcag2aa'] }); })()`,
    );
    for (const { id, nodes } of results.violations) {
      found.push(...nodes.map(({ html }) => `${colorScheme}, ${id}: ${html.slice(0, 160)}`));
    }
  }
  return found;
}

const charts = (page: Page): Promise<(string | undefined)[]> =>
  page.locator('[data-chart]').evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset['chart']));

const text = (page: Page): Promise<string> => page.locator('main').innerText();

/** What stands in the tile of a name. */
const tile = (page: Page, name: string): Promise<string> =>
  page
    .locator('.tiles > div', { has: page.locator('dt', { hasText: name }) })
    .first()
    .locator('dd')
    .innerText();

/** Moves the slider of a name, and waits until what depends on it has been computed. */
async function slide(page: Page, name: string, value: number): Promise<void> {
  await page
    .locator('form', { has: page.locator('label', { hasText: name }) })
    .locator('input[type=range]')
    .last()
    .fill(String(value));
  await settled(page);
}

describe('the paradox', () => {
  const it1 = notebook('the-paradox');

  it('runs to its end, without an error or a request to another host', async () => {
    expect(await faultsOf(it1, 'the-paradox')).toEqual([]);
    expect(await charts(it1.page)).toEqual(['seconds', 'subsets', 'seconds', 'lags']);
  });

  it('breaks no rule of accessibility in either theme', async () => {
    expect(await violations(it1.page)).toEqual([]);
  });

  it('says of the four layers what Node measures', async () => {
    const story = readStory(readFileSync(join(SCENARIOS, 'load-balancer-chaos.yaml'), 'utf8'));
    const { world, seed, plugins, designs } = story;
    const task = { id: 'layered', kind: 'design', world, seed, plugins, design: designs[0], rekey: '' } as const;
    const { figures } = await answerTo('task', { ...task, verdicts: false, log: false });
    expect(await text(it1.page)).toContain(`With all four it is ${percent(figures!.success)}.`);
    expect(await tile(it1.page, 'served')).toContain(percent(figures!.success));
  });

  it('says what the measurements say: the pair kills, and the rest is nearly perfect without one of it', async () => {
    const said = await text(it1.page);
    expect(said).toMatch(/It is the pair that kills: 9\d\.\d\d % of the kills need both limiter and breaker,/);
    const bars = await it1.page
      .locator('[data-chart=subsets] g[data-mark=text]')
      .last()
      .locator('text')
      .allTextContents();
    expect(bars).toHaveLength(16);
    expect(bars.filter((bar) => Number(bar.replace('−', '-')) < -2)).toHaveLength(5);
    const [, worst, best] = /With the cause hidden the stack serves ([\d.]+) % to [\d.]+ %.*?told ([\d.]+) %/s.exec(
      said,
    )!;
    expect(Number(worst)).toBeLessThan(96);
    expect(Number(best)).toBeGreaterThan(99.5);
  });

  it('tells the death of a request step by step', async () => {
    expect(await it1.page.locator('.table tbody tr').count()).toBeGreaterThan(5);
    expect(await it1.page.locator('.table tbody').first().innerText()).toContain(
      'misattributes the refusal of breaker',
    );
  });

  it('reacts when a lag is dragged, a layer is left out, or the breaker says why', async () => {
    const { page } = it1;
    const shipped = await tile(page, 'served');
    await slide(page, 'breaker lag', 0.5);
    expect(await tile(page, 'served')).not.toBe(shipped);
    await page.getByLabel('breaker says why').check();
    await settled(page);
    expect(parseFloat(await tile(page, 'served'))).toBeGreaterThan(99.5);
    await page.getByLabel('sidecar').uncheck();
    await settled(page);
    expect(await page.locator('.verdict').first().innerText()).toMatch(/^(Better than bare|Worse than no layer)/);
    expect(it1.opened.problems).toEqual([]);
  });
});

describe('old information', () => {
  const it2 = notebook('old-information');

  it('runs to its end, without an error or a request to another host', async () => {
    expect(await faultsOf(it2, 'old-information')).toEqual([]);
    expect(await charts(it2.page)).toEqual(['ages', 'queues', 'policies']);
  });

  it('breaks no rule of accessibility in either theme', async () => {
    expect(await violations(it2.page)).toEqual([]);
  });

  it('says where the shortest queue becomes worse than random, near the published age', async () => {
    const [, reference, here] =
      /from an age of ([\d.]+) on; straight lines between the dots cross it at ([\d.]+\d)/.exec(await text(it2.page))!;
    expect(reference).toBe('3.4');
    expect(Math.abs(Number(here) / Number(reference) - 1)).toBeLessThan(0.15);
  });

  it('has a dot for each reference value', async () => {
    expect(await it2.page.locator('[data-chart=ages] g[data-mark=dot] circle').count()).toBe(
      publishedCurves(published['stale-lb'], { load: 0.9, update: 'periodic' }).filter(
        ({ age, policy }) => age <= OLDEST && policy !== 'random',
      ).length,
    );
  });

  it('reacts when the age is dragged', async () => {
    const { page } = it2;
    expect(await page.locator('.verdict').last().innerText()).toContain('Worse than random: shortest queue of all.');
    await slide(page, 'age, in services', 0.5);
    expect(await page.locator('.verdict').last().innerText()).toContain('Nothing is worse than random');
    expect(it2.opened.problems).toEqual([]);
  });
});

describe('retry storms', () => {
  const it3 = notebook('retry-storms');

  it('runs to its end, without an error or a request to another host', async () => {
    expect(await faultsOf(it3, 'retry-storms')).toEqual([]);
    expect(await charts(it3.page)).toEqual(['loads', 'storm', 'surge', 'phases']);
  });

  it('breaks no rule of accessibility in either theme', async () => {
    expect(await violations(it3.page)).toEqual([]);
  });

  it('makes sixty-four of three layers of four, and twenty-seven of three', async () => {
    expect(await tile(it3.page, 'attempts for each call')).toMatch(/^64\ntheory: 64$/);
    await slide(it3.page, 'tries of each', 3);
    expect(await tile(it3.page, 'attempts for each call')).toMatch(/^27\ntheory: 27$/);
  });

  it('maps every load and surge, with an outage that outlives its cause', async () => {
    const { page } = it3;
    expect(await page.locator('[data-chart=phases] g[data-mark=cell] rect').count()).toBe(
      LOADS.length * FACTORS.length,
    );
    expect(await page.locator('.verdict').first().innerText()).toContain('The surge is over, the outage is not.');
    expect(await page.locator('.verdict').last().innerText()).toContain('there are surges that outlive themselves');
  });

  it('has no such outage with a budget', async () => {
    const { page } = it3;
    await page.getByLabel('retry budget of 10 %').first().check();
    await settled(page);
    expect(await page.locator('.verdict').first().innerText()).toContain('It has recovered.');
    expect(it3.opened.problems).toEqual([]);
  });
});

describe('is the simulator right', () => {
  const it4 = notebook('is-the-simulator-right');
  const table = readTable(readFileSync(join(SCENARIOS, 'validation/README.md'), 'utf8'));

  it('runs to its end, without an error or a request to another host', async () => {
    expect(await faultsOf(it4, 'is-the-simulator-right')).toEqual([]);
    expect(await charts(it4.page)).toEqual(['deviations', 'queue']);
  });

  it('breaks no rule of accessibility in either theme', async () => {
    expect(await violations(it4.page)).toEqual([]);
  });

  it('shows the whole table, all of it agreeing', async () => {
    const { page } = it4;
    expect(await tile(page, 'figures')).toContain(table.length.toLocaleString('en-US'));
    expect(await tile(page, 'agree')).toContain(table.length.toLocaleString('en-US'));
    expect(await page.locator('[data-chart=deviations] circle').count()).toBe(
      table.filter(({ deviation }) => deviation !== null).length,
    );
  });

  it('comes to the digits of the table, also in a case that is chosen', async () => {
    const { page } = it4;
    expect(await page.locator('.verdict').innerText()).toContain("6 of 6 are the table's to the digit");
    await page.locator('select').selectOption({ label: 'retry-layers/5-layers-of-2-retries-at-1' });
    await settled(page);
    expect(await page.locator('.verdict').innerText()).toContain("2 of 2 are the table's to the digit");
  });

  it('has the digest that Node has', async () => {
    const story = readStory(readFileSync(join(SCENARIOS, 'load-balancer-chaos.yaml'), 'utf8'));
    const { world, seed, plugins, designs } = story;
    const task = { id: 'layered', kind: 'design', world, seed, plugins, design: designs[0], rekey: '' } as const;
    const { figures } = await answerTo('task', { ...task, verdicts: false, log: false });
    expect(await text(it4.page)).toContain(`Here it is ${figures!.digest};`);
  });

  it('reacts when the load is dragged: formula and run move, and stay together', async () => {
    const { page } = it4;
    const rows = (): Promise<string[]> => page.locator('.table').first().locator('tbody tr').allInnerTexts();
    const before = await rows();
    await slide(page, 'load of a server', 0.5);
    const after = await rows();
    expect(after).not.toEqual(before);
    for (const row of after) expect(row).toMatch(/yes$/);
    expect(it4.opened.problems).toEqual([]);
  });

  it('finds lines of the table', async () => {
    const { page } = it4;
    await page.locator('input[type=search], form input[type=text]').last().fill('mitzenmacher stale-headline');
    await settled(page);
    expect(await page.locator('form table tbody tr').count()).toBe(
      table.filter((row) => row.family === 'stale-headline').length,
    );
  });
});

describe('the built notebooks', () => {
  const files = readdirSync(HERE).filter((file) => file.endsWith('.html'));

  it('are linked from their index, each of them', () => {
    const index = readFileSync(join(HERE, 'index.html'), 'utf8');
    for (const file of files.filter((name) => name !== 'index.html')) expect(index).toContain(`./${file}`);
  });

  it('may load nothing but themselves', () => {
    for (const file of files) {
      const built = Buffer.from(site[`/${file}`]).toString();
      expect(built.includes('default-src &#39;none&#39;; script-src &#39;self&#39;;')).toBe(true);
      expect(/(?:src|href)="https?:/.exec(built)).toBeNull();
    }
  });
});
