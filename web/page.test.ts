import { readdirSync, readFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { Registry, readScenario, Simulation } from '../sim/index.ts';
import { PageServer } from '../sim/cli/web/page-server.ts';
import { TestBrowser } from '../sim/testing/browser.node.ts';
import type { SiteFiles, TestPage } from '../sim/testing/browser.node.ts';
import { toFragment } from './src/share/link.ts';
import type { PageState } from './src/share/link.ts';
import { buildSite } from './testing/site.ts';

const SCENARIOS = fileURLToPath(new URL('../scenarios/', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'overcontrol-page-'));

/** A run is over within this, on a machine that has other things to do. */
const PATIENCE = { timeout: 40_000 };

let browser: TestBrowser;
let site: SiteFiles;

beforeAll(async () => {
  [browser, site] = await Promise.all([TestBrowser.launch(), buildSite(folder)]);
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the page with a state in its address. */
async function openWith(state: Partial<PageState>): Promise<TestPage> {
  const lanes = [{ design: 'layered', off: [], lag: {}, cause: {} }];
  const whole = {
    shipped: null,
    text: '',
    file: 'a.yaml',
    bases: {},
    lanes,
    at: 0,
    speed: 0.25,
    request: null,
    ...state,
  };
  const opened = await browser.open(site, `/#${await toFragment(whole)}`);
  await opened.page.setViewportSize({ width: 1440, height: 1000 });
  return opened;
}

/** Waits until all that is shown has been computed. */
async function whole(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const figures = [...document.querySelectorAll('.figures')];
      const busy = [...document.querySelectorAll('button')].some(({ textContent }) => textContent === 'Stop computing');
      return figures.length > 0 && !busy && figures.every((one) => !one.textContent.includes('computing'));
    },
    undefined,
    PATIENCE,
  );
}

const served = (page: Page, lane: string): Promise<number> =>
  page.locator(`[data-lane=${lane}] .figures`).getAttribute('data-served').then(Number);

/** What is drawn on a lane's stage. */
async function fingerprint(page: Page, lane: string): Promise<string> {
  return page.evaluate((letter) => {
    const canvases = [...document.querySelectorAll<HTMLCanvasElement>(`[data-lane=${letter}] canvas`)];
    return canvases.map((canvas) => canvas.toDataURL()).join('/');
  }, lane);
}

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

async function violations(page: Page): Promise<string[]> {
  // Outside the page's own world, where its security policy does not reach.
  const results = await page.evaluate<AxeResults>(`(async () => { ${AXE}; return axe.run(document); })()`);
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

describe('the page, opened without an argument', () => {
  let opened: TestPage;
  let page: Page;

  beforeAll(async () => {
    opened = await browser.open(site);
    ({ page } = opened);
    await page.setViewportSize({ width: 1440, height: 1000 });
  });
  afterAll(() => opened?.close());

  it('shows the load balancer chaos story running in two designs', async () => {
    await page.getByText('load-balancer-chaos').first().waitFor(PATIENCE);
    await page.locator('[data-lane=A] select').waitFor(PATIENCE);
    expect(await page.locator('[data-lane=A] select').inputValue()).toBe('layered');
    await page.locator('[data-lane=B]').waitFor(PATIENCE);
    expect(await page.locator('[data-lane=B] select').inputValue()).toBe('balancer-only');
    await expect.poll(() => page.getByTestId('now').textContent(), PATIENCE).not.toBe('0:58.00');
    await expect
      .poll(() => page.locator('[data-lane=A] canvas.flow').getAttribute('data-particles').then(Number), PATIENCE)
      .toBeGreaterThan(20);
  });

  it('tells how a healthy request dies, and that the other design served it', async () => {
    await page.getByText(/Request [\d,]+ dies \d+ ms after it came/).waitFor(PATIENCE);
    await page.locator('[data-story=A] h3 .bad').waitFor(PATIENCE);
    await page.locator('[data-story=B] h3 .good').waitFor(PATIENCE);
    expect(await page.locator('[data-story=A] tbody tr').count()).toBeGreaterThan(4);
    expect(await page.locator('.guide').textContent()).toContain('a healthy instance could have served it');
  });

  it('leads to the change that saves such requests', async () => {
    await whole(page);
    const before = await served(page, 'A');
    expect(before).toBeLessThan(0.97);
    await page.getByRole('button', { name: 'Next', exact: true }).click();
    await page.getByRole('button', { name: 'Next', exact: true }).click();
    await page.getByRole('button', { name: 'Try it' }).click();
    await whole(page);
    expect(await served(page, 'A')).toBeGreaterThan(0.99);
    expect(await page.locator('.guide h2').textContent()).toContain('With breaker saying why, A serves 99');
  });

  it.each(['light', 'dark'] as const)('breaks no rule of accessibility in the %s theme', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe(colorScheme);
    expect(await violations(page)).toEqual([]);
  });

  it('asks no other host for anything, and complains of nothing', () => {
    expect(opened.problems).toEqual([]);
  });

  it('has less than 250 kB of script compressed with gzip, the editor apart', () => {
    const scripts = Object.entries(site).filter(([path]) => path.endsWith('.js') && !path.includes('/editor-'));
    const size = scripts.reduce((sum, [, content]) => sum + gzipSync(content).length, 0);
    expect(scripts.length).toBeGreaterThan(2);
    expect(size).toBeLessThan(250_000);
  });
});

describe('what one does on the page', () => {
  let opened: TestPage;
  let page: Page;

  beforeAll(async () => {
    const lanes = ['layered', 'balancer-only'].map((design) => ({ design, off: [], lag: {}, cause: {} }));
    // Shorter than the story that ships: what comes after its window is of no interest here.
    const text = readFileSync(join(SCENARIOS, 'load-balancer-chaos.yaml'), 'utf8').replace(
      'duration: 5m',
      'duration: 126s',
    );
    opened = await openWith({ text, file: 'load-balancer-chaos.yaml', lanes, at: 90_000 });
    ({ page } = opened);
    await whole(page);
  });
  afterAll(() => opened?.close());

  it('keeps its place when a layer is switched off, and shows what that changes', async () => {
    const before = await served(page, 'A');
    const drawn = await fingerprint(page, 'A');
    const now = await page.getByTestId('now').textContent();
    await page.locator('[data-lane=A] [data-layer=limiter]').click();
    await whole(page);
    expect(await served(page, 'A')).toBeGreaterThan(before + 0.01);
    expect(await fingerprint(page, 'A')).not.toBe(drawn);
    expect(await page.getByTestId('now').textContent()).toBe(now);
    expect(await page.locator('p[role=status]').first().textContent()).toContain('limiter is off');
    await page.locator('[data-lane=A] [data-layer=limiter]').click();
    await whole(page);
    expect(await served(page, 'A')).toBe(before);
  });

  it('runs anew when a lag is dragged, and leaves the other design as it was', async () => {
    const before = await served(page, 'B');
    const other = await served(page, 'A');
    const slider = page.locator('[data-lane=B] [data-lag=balancer]');
    await slider.fill('11');
    expect(await page.locator('[data-lane=B] .lag .value').textContent()).toBe('20 s');
    await whole(page);
    expect(await served(page, 'B')).toBeLessThan(before);
    expect(await served(page, 'A')).toBe(other);
    await page.locator('[data-lane=B]').getByRole('button', { name: 'Undo changes' }).click();
    await whole(page);
    expect(await served(page, 'B')).toBe(before);
  });

  it('shows another moment when it is scrubbed, in both designs', async () => {
    const drawn = [await fingerprint(page, 'A'), await fingerprint(page, 'B')];
    await page.locator('#scrubber').fill('72000');
    await expect.poll(() => page.getByTestId('now').textContent()).toBe('1:12.00');
    await expect.poll(() => fingerprint(page, 'A')).not.toBe(drawn[0]);
    await expect.poll(() => fingerprint(page, 'B')).not.toBe(drawn[1]);
    expect(await page.locator('[data-lane=A] > .summary').textContent()).toContain('checkout[0] is slow');
  });

  it('tells the story of a killed request that is chosen, with belief beside truth', async () => {
    const first = page.locator('.flip-list .flip').first();
    const request = await first.getAttribute('data-request');
    await first.click();
    await page.locator('[data-story=A] tbody tr').first().waitFor(PATIENCE);
    expect((await page.locator('#waterfall-title').textContent())?.replaceAll(',', '')).toContain(`Request ${request}`);
    expect(await page.locator('[data-story=A] h3').textContent()).not.toContain('served');
    await page.locator('[data-story=B] tbody tr').first().waitFor(PATIENCE);
    expect(await page.locator('[data-story=B] h3').textContent()).toContain('served');
    expect(await page.locator('[data-story=A] tbody').textContent()).toMatch(/requests? there/);
  });

  it('leads from a conflict to requests on which it happened', async () => {
    await page.locator('.conflict').first().click();
    const example = page.locator('.examples .flip').first();
    const request = await example.getAttribute('data-request');
    await example.click();
    await expect
      .poll(async () => (await page.locator('#waterfall-title').textContent())?.replaceAll(',', ''))
      .toContain(`Request ${request}`);
  });

  it('appends a fault to the scenario when an instance is struck, and runs it', async () => {
    await page.locator('#scrubber').fill('95000');
    const before = await served(page, 'B');
    const box = (await page.locator('[data-lane=B] .stage').boundingBox())!;
    await page.mouse.click(box.x + box.width - 30, box.y + 60);
    await page.getByRole('button', { name: 'Kill it' }).click();
    await page.getByRole('button', { name: 'Pause' }).click();
    const events = page.locator('[data-chart=events] canvas');
    await expect.poll(() => events.getAttribute('aria-label'), PATIENCE).toContain('crash checkout[');
    await whole(page);
    expect(await served(page, 'B')).not.toBe(before);
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.locator('.editor-host[data-state=ready]').waitFor(PATIENCE);
    expect(await page.locator('.cm-content').textContent()).toMatch(
      /crash: \{ service: checkout, instances: \[ ?\d ?\] \}/,
    );
    await page.locator('dialog').getByRole('button', { name: 'Close' }).click();
    expect(await page.locator('dialog').count()).toBe(0);
  });

  it('opens from its link as it was', async () => {
    await page.locator('[data-lane=A] [data-cause=breaker]').click();
    await whole(page);
    await page.locator('#scrubber').fill('99000');
    const state = async (of: Page): Promise<unknown> => ({
      a: await served(of, 'A'),
      b: await served(of, 'B'),
      now: await of.getByTestId('now').textContent(),
      cause: await of.locator('[data-lane=A] [data-cause=breaker]').isChecked(),
      faults: await of.locator('[data-chart=events] canvas').getAttribute('aria-label'),
      request: await of.locator('#waterfall-title').textContent(),
    });
    const before = await state(page);
    await page.getByRole('button', { name: 'Share' }).click();
    await expect.poll(() => page.getByLabel('Link', { exact: true }).inputValue()).toContain('#1.');
    const link = new URL(await page.getByLabel('Link', { exact: true }).inputValue());
    await page.keyboard.press('Escape');
    const again = await browser.open(site, `/${link.hash}`);
    await again.page.setViewportSize({ width: 1440, height: 1000 });
    await whole(again.page);
    await again.page.locator('[data-story=A] tbody tr').first().waitFor(PATIENCE);
    await expect.poll(() => state(again.page), PATIENCE).toEqual(before);
    expect(again.problems).toEqual([]);
    await again.close();
  });

  it('exports pictures, the scenario, figures and a trace', async () => {
    await page.getByRole('button', { name: 'Share' }).click();
    const exported = async (name: string): Promise<{ file: string; content: Buffer }> => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
      return { file: download.suggestedFilename(), content: readFileSync(await download.path()) };
    };
    const png = await exported('Stages, PNG');
    expect(png.file).toBe('load-balancer-chaos.png');
    expect(png.content.subarray(1, 4).toString()).toBe('PNG');
    expect(png.content.length).toBeGreaterThan(10_000);
    const svg = (await exported('Timeline, SVG')).content.toString();
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg.match(/<path d="M[^"]{500,}/g)?.length).toBeGreaterThan(6);
    const yaml = (await exported('Scenario, YAML')).content.toString();
    expect(yaml).toContain('crash: { service: checkout');
    const figures = JSON.parse((await exported('Figures, JSON')).content.toString()) as {
      designs: { figures: { digest: string } }[];
    };
    expect(figures.designs[0].figures.digest).toMatch(/^[0-9a-f]{16}$/);
    const trace = JSON.parse((await exported('Request, trace for Perfetto')).content.toString()) as {
      traceEvents: { ph: string }[];
    };
    expect(trace.traceEvents.filter(({ ph }) => ph === 'X')).toHaveLength(2);
    expect(trace.traceEvents.filter(({ ph }) => ph === 'i').length).toBeGreaterThan(5);
    expect(await page.getByLabel('Design A', { exact: true }).last().inputValue()).toBe(
      'npx overcontrol run load-balancer-chaos.yaml --set breaker.propagateCause=true',
    );
    await page.locator('dialog').getByRole('button', { name: 'Close' }).click();
  });

  it('tells the story of a scenario of the gallery step by step', async () => {
    await page.getByRole('button', { name: 'Gallery' }).click();
    await page.locator('.card', { hasText: 'load-balancer-chaos' }).first().click();
    await page.locator('.guide h2').waitFor(PATIENCE);
    expect(await page.locator('.guide h2').textContent()).toBe('load-balancer-chaos');
    await page.getByRole('button', { name: 'Next', exact: true }).click();
    expect(await page.locator('.guide p').first().textContent()).toContain('the balancer picks instance 0');
    expect(await page.locator('dialog').count()).toBe(0);
  });

  it('can be done with the keyboard alone', async () => {
    await whole(page);
    await page.locator('h1').click();
    const playing = page.getByRole('button', { name: 'Pause', exact: true });
    if ((await playing.count()) > 0) await page.keyboard.press('Space');
    const now = await page.getByTestId('now').textContent();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.getByTestId('now').textContent()).not.toBe(now);
    await page.keyboard.press('4');
    expect(await page.locator('[data-lane=A] [data-layer=breaker]').isChecked()).toBe(false);
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('dialog').count()).toBe(0);
    await page.keyboard.press('d');
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
  });

  it('has complained of nothing', () => {
    expect(opened.problems).toEqual([]);
  });
});

describe('a run on the page', () => {
  const shipped = readdirSync(SCENARIOS).filter((file) => file.endsWith('.yaml'));

  it.each(shipped)('of %s has the digest that it has in Node', async (file) => {
    const registry = new Registry();
    const scenario = readScenario(readFileSync(join(SCENARIOS, file), 'utf8'), file, { registry });
    const measure = { verdicts: false, log: false, timeline: 0, trace: [] };
    const { world, seed, designs } = scenario;
    const simulation = new Simulation({ world, design: designs[0], seed, rekey: '', measure }, registry);
    simulation.finish();
    const opened = await openWith({ shipped: file });
    await whole(opened.page);
    await opened.page.getByRole('button', { name: 'Share' }).click();
    const digest = await opened.page.locator('[data-digest=A]').textContent(PATIENCE);
    expect(digest).toBe(simulation.measurement.digest.toString());
    expect(opened.problems).toEqual([]);
    await opened.close();
  });
});

describe('a scenario with a graph of calls', () => {
  let opened: TestPage;
  let page: Page;

  beforeAll(async () => {
    const lanes = ['five-hundred', 'local-eyes'].map((design) => ({ design, off: [], lag: {}, cause: {} }));
    opened = await openWith({ shipped: 'growth.yaml', lanes, at: 30_000 });
    ({ page } = opened);
    await whole(page);
  });
  afterAll(() => opened?.close());

  it('is shown whole at first: every service, and every edge with what it carries', async () => {
    const labels = page.locator('[data-lane=A] .edge-label');
    expect(await labels.count()).toBe(5);
    expect(await page.locator('[data-lane=A] [data-service]').count()).toBe(5);
    expect(await page.locator('[data-lane=A] [data-edge="front>catalog"]').textContent()).toMatch(
      /catalog-lb\d+\/s · \d+ % well/,
    );
    const drawn = await fingerprint(page, 'A');
    const carried = await page.locator('[data-lane=A] [data-edge="front>cart"] .edge-figures').textContent();
    await page.locator('#scrubber').fill('41000');
    await expect
      .poll(() => page.locator('[data-lane=A] [data-edge="front>cart"] .edge-figures').textContent())
      .not.toBe(carried);
    await expect.poll(() => fingerprint(page, 'A')).not.toBe(drawn);
    expect(await violations(page)).toEqual([]);
  });

  it('leads from an edge to its layers in both designs, and back', async () => {
    await page.locator('[data-lane=B] [data-edge="front>catalog"]').click();
    expect(await page.locator('.graph').count()).toBe(0);
    expect(await page.locator('[data-layer=catalog-lb]').count()).toBe(2);
    expect(await page.locator('[data-lane=A] > .summary').textContent()).toContain('catalog');
    await page.getByRole('button', { name: 'All services' }).click();
    expect(await page.locator('.graph').count()).toBe(2);
  });

  it('is walked with the keyboard: into an edge, to the next, to a request, and up again', async () => {
    await page.locator('[data-lane=A] [data-edge="front>profile"]').focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('[data-layer=profile-lb]').count()).toBe(2);
    await page.locator('h1').click();
    await page.keyboard.press('n');
    expect(await page.locator('[data-layer=ranking-lb]').count()).toBe(2);
    await page.keyboard.press('b');
    expect(await page.locator('[data-layer=profile-lb]').count()).toBe(2);
    await page.locator('.flip-list .flip').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('.levels').textContent()).toMatch(/request [\d,]+/);
    await page.locator('h1').click();
    await page.keyboard.press('u');
    expect(await page.locator('#waterfall-title').textContent()).toBe('One request');
    await page.keyboard.press('u');
    expect(await page.locator('.graph').count()).toBe(2);
    expect(opened.problems).toEqual([]);
  });

  it('goes from top to bottom on a telephone, and needs no scrolling to the side', async () => {
    const top = async (name: string): Promise<number> =>
      (await page.locator(`[data-lane=A] [data-service=${name}]`).boundingBox())!.y;
    await page.setViewportSize({ width: 390, height: 900 });
    await expect.poll(async () => (await top('catalog')) > (await top('front')) + 60).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    const inner = await page
      .locator('[data-lane=A] .stage-scroll')
      .evaluate((box) => box.scrollWidth - box.clientWidth);
    expect(inner).toBe(0);
  });
});

describe('flips that are chance', () => {
  it('are as many as in Node when the layers of the two designs draw other lots', async () => {
    const text = readFileSync(join(SCENARIOS, 'load-balancer-chaos.yaml'), 'utf8').replace(
      'duration: 5m',
      'duration: 125s',
    );
    const lanes = ['layered', 'balancer-only'].map((design) => ({ design, off: [], lag: {}, cause: {} }));
    const registry = new Registry();
    const { world, seed, designs } = readScenario(text, 'a.yaml', { registry });
    const floors = lanes.map(({ design }) => {
      const [own, again] = ['', '/again'].map((rekey) => {
        const spec = designs.find(({ name }) => name === design)!;
        const measure = { verdicts: false, log: true, timeline: 0, trace: [] };
        const simulation = new Simulation({ world, design: spec, seed, rekey, measure }, registry);
        const arrivals: number[] = [];
        simulation.advance(40e9);
        arrivals.push(simulation.world.arrivals);
        simulation.advance(125e9);
        return { log: simulation.log!, first: arrivals[0] };
      });
      let [lost, won] = [0, 0];
      for (let i = own.first; i < Math.min(own.log.length, again.log.length); i++) {
        if (own.log.outcomeOf(i) === undefined || again.log.outcomeOf(i) === undefined) continue;
        if (own.log.wasServed(i) && !again.log.wasServed(i)) lost++;
        if (!own.log.wasServed(i) && again.log.wasServed(i)) won++;
      }
      return Math.max(lost, won);
    });
    const opened = await openWith({ text, lanes, at: 75_000 });
    const chance = opened.page.locator('.chance[data-churn]');
    await chance.waitFor(PATIENCE);
    const shown = Number(await chance.getAttribute('data-churn'));
    expect(shown).toBeGreaterThan(0);
    // The page also knows how those ended that were still open when the stretch was over.
    expect(Math.abs(shown - Math.max(...floors))).toBeLessThanOrEqual(0.01 * shown);
    expect(await chance.textContent()).toContain('by mere chance');
    await opened.close();
  });
});

describe('two autoscalers of one service', () => {
  it('are opposed in the matrix, which leads to the moments', async () => {
    const text = `
name: tug-of-war
duration: 100s
world:
  services:
    s: { instances: { initial: 4, max: 12 }, concurrency: 4, serviceTime: { exponential: 50ms } }
  traffic:
    - { name: t, to: s, arrivals: { poisson: 150/s }, deadline: 1s }
edges:
  - { from: t, to: s, layers: [{ name: lb, kind: loadBalancer }] }
autoscalers:
  - { name: eager, kind: autoscaler, policy: hpa, service: s, min: 2, max: 12, target: 30% }
  - { name: thrifty, kind: autoscaler, policy: hpa, service: s, min: 2, max: 12, target: 90%, scaleDown: { stabilizationWindow: 10s } }
`;
    const opened = await openWith({ text, at: 30_000 });
    const { page } = opened;
    await whole(page);
    await page.locator('.conflict', { hasText: 'opposed' }).first().click();
    const moment = page.locator('[data-moment]').first();
    const at = Number(await moment.getAttribute('data-moment'));
    await moment.click();
    await expect.poll(() => page.locator('#scrubber').inputValue().then(Number)).toBeCloseTo(at, -2);
    expect(opened.problems).toEqual([]);
    await opened.close();
  });
});

describe('a crowd of more than 15,000 particles', () => {
  it('is set pixel by pixel, in the colours of what became of them, and moves', async () => {
    const text = `
name: crowd
duration: 12s
world:
  services:
    pool: { instances: 100, concurrency: 200, serviceTime: { exponential: 200ms } }
  traffic:
    - { name: crowd, to: pool, clients: 20, arrivals: { poisson: 4000/s }, deadline: 1s }
`;
    const opened = await openWith({ text, at: 7000, speed: 5 });
    const { page } = opened;
    await page.locator('[data-lane=A] canvas[data-drawn=pixels]').waitFor(PATIENCE);
    const count = async (): Promise<number> =>
      Number(await page.locator('[data-lane=A] canvas.flow').getAttribute('data-particles'));
    await expect.poll(count, PATIENCE).toBeGreaterThan(15_000);
    const coloured = await page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('[data-lane=A] canvas.flow')!;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      const hex = getComputedStyle(document.documentElement).getPropertyValue('--served').trim();
      const rgb = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
      let number = 0;
      for (let at = 0; at < data.length; at += 4) if (rgb.every((part, i) => data[at + i] === part)) number++;
      return number;
    });
    expect(coloured).toBeGreaterThan(10_000);
    const drawn = await fingerprint(page, 'A');
    await page.keyboard.press('.');
    await expect.poll(() => fingerprint(page, 'A')).not.toBe(drawn);
    expect(opened.problems).toEqual([]);
    await opened.close();
  });
});

describe('a scenario that the command line hands over', () => {
  it('is what the page shows, under the policy that the server sends', async () => {
    const text = readFileSync(join(SCENARIOS, 'load-balancer-chaos.yaml'), 'utf8').replace(
      /^name: .*$/m,
      'name: handed-over',
    );
    const server = await PageServer.start(folder, { text, file: 'mine.yaml', bases: {} }, 0);
    const fetched = async (path: string): Promise<string> => (await fetch(new URL(path, server.address))).text();
    const files = { ...site, '/': await fetched('/'), '/given-scenario.json': await fetched('/given-scenario.json') };
    await server.close();
    const opened = await browser.open(files);
    await opened.page.getByText('handed-over').first().waitFor(PATIENCE);
    expect(await opened.page.locator('.guide').count()).toBe(0);
    expect(opened.problems).toEqual([]);
    await opened.close();
  });
});

describe('a link or a file of a stranger', () => {
  const WORLD = `
name: strange
duration: 60s
world:
  services:
    s: { instances: 2, serviceTime: { exponential: 10ms } }
  traffic:
    - { name: t, to: s, arrivals: { poisson: RATE }, deadline: 1s }
`;

  it('is told what is wrong with it, in its place', async () => {
    const opened = await openWith({ text: WORLD.replace('RATE', '100/s').replace('deadline', 'deadlin') });
    const notice = opened.page.getByRole('alert');
    await notice.waitFor(PATIENCE);
    expect(await notice.textContent()).toContain('line 8, column');
    expect(await notice.textContent()).toContain('did you mean deadline');
    await opened.close();
  });

  it('cannot put anything but text on the page', async () => {
    const text = WORLD.replace('RATE', '100/s')
      .replace('strange', 'x')
      .replace('name: x', 'name: x\nabout: "<img src=x onerror=document.title=1>"');
    const opened = await openWith({ text });
    await whole(opened.page);
    expect(await opened.page.locator('.about').textContent()).toBe('<img src=x onerror=document.title=1>');
    expect(await opened.page.locator('img').count()).toBe(0);
    expect(await opened.page.title()).toBe('overcontrol');
    expect(opened.problems).toEqual([]);
    await opened.close();
  });

  it('is stopped when it fills the memory, with a message', async () => {
    const opened = await openWith({ text: WORLD.replace('RATE', '200000/s').replace('deadline: 1s', 'deadline: 60s') });
    const notice = opened.page.getByRole('alert');
    await notice.waitFor(PATIENCE);
    expect(await notice.textContent()).toContain('requests are open at once');
    await opened.close();
  });

  it('can be stopped by hand while it runs on', async () => {
    const text = WORLD.replace('RATE', '40000/s')
      .replace('instances: 2', 'instances: 900')
      .replace('duration: 60s', 'duration: 100s');
    const opened = await openWith({ text });
    await opened.page.getByRole('button', { name: 'Stop computing' }).click(PATIENCE);
    await opened.page.getByRole('alert').waitFor(PATIENCE);
    expect(await opened.page.getByRole('alert').textContent()).toContain('Stopped by you');
    expect(await opened.page.getByRole('button', { name: 'Stop computing' }).count()).toBe(0);
    await opened.close();
  });

  it('that is damaged or too large is refused in words', async () => {
    const opened = await browser.open(site, '/#1.AAAA');
    await expect.poll(() => opened.page.getByRole('alert').textContent(), PATIENCE).toContain('This link is damaged');
    await opened.close();
    const bomb = await openWith({ text: `#${'x'.repeat(3_000_000)}` });
    await expect.poll(() => bomb.page.getByRole('alert').textContent(), PATIENCE).toContain('too large to be opened');
    await bomb.close();
  });
});
