import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Rolldown } from 'vite';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestBrowser } from './testing/browser.node.ts';
import type { TestPage } from './testing/browser.node.ts';
import type { Evidence, ScenarioText } from './testing/determinism.ts';
import { gatherEvidence } from './testing/determinism.ts';

const FOLDER = fileURLToPath(new URL('../scenarios/', import.meta.url));

const SHIPPED: readonly ScenarioText[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => ({ file, text: readFileSync(`${FOLDER}${file}`, 'utf8') }));

/** Call graphs, zones, closed loops, faults of every sort: whatever a world can have. */
const IN_FULL = { file: 'in-full.yaml', text: readFileSync(new URL('testing/in-full.yaml', import.meta.url), 'utf8') };

const SCENARIOS: readonly ScenarioText[] = [...SHIPPED, IN_FULL];

/** The public API and the golden draws as one module, as a page would load it. */
async function bundleWorker(): Promise<string> {
  const entry = fileURLToPath(new URL('testing/determinism.worker.ts', import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, target: 'es2023', lib: { entry, formats: ['es'], fileName: 'worker' } },
  });
  const [{ output }] = built as Rolldown.RolldownOutput[];
  if (output.length !== 1) throw new Error(`the bundle has ${output.length} files`);
  return output[0].code;
}

describe('a real browser’s worker', () => {
  let browser: TestBrowser;
  let opened: TestPage;
  let answer: { worker: string; evidence: Evidence };
  let here: Evidence;

  beforeAll(async () => {
    const [launched, code] = await Promise.all([TestBrowser.launch(), bundleWorker()]);
    browser = launched;
    opened = await browser.open({ '/': '<!doctype html><title>worker</title>', '/worker.js': code });
    const there = opened.page.evaluate(
      (scenarios) =>
        new Promise<unknown>((resolve, reject) => {
          const worker = new Worker('/worker.js', { type: 'module' });
          worker.addEventListener('message', ({ data }) => resolve(data));
          worker.addEventListener('error', ({ message }) => reject(new Error(message)));
          worker.postMessage(scenarios);
        }),
      SCENARIOS,
    );
    here = gatherEvidence(SCENARIOS);
    answer = (await there) as typeof answer;
  });

  afterAll(async () => {
    await opened?.close();
    await browser?.close();
  });

  it('is one', () => {
    expect(answer.worker).toBe('DedicatedWorkerGlobalScope');
  });

  it('computes the elementary functions to the same bits as Node', () => {
    expect(answer.evidence.math).toBe(here.math);
  });

  it('draws the same bits as Node', () => {
    expect(answer.evidence.draws).toBe(here.draws);
  });

  it.each(SCENARIOS.map(({ file }) => file))(
    'runs every design of %s to the same digests and figures as Node',
    (file) => {
      expect(JSON.parse(answer.evidence.runs[file])).toEqual(JSON.parse(here.runs[file]));
      expect(answer.evidence.runs[file]).toBe(here.runs[file]);
    },
  );

  it('needs nothing from elsewhere, and complains of nothing', () => {
    expect(opened.problems).toEqual([]);
  });
});

describe('a page under test', () => {
  it('cannot reach beyond this machine, and whatever goes wrong on it is known', async () => {
    const browser = await TestBrowser.launch();
    const script = `console.error('oh'); fetch('https://example.com/x').catch(() => { setTimeout(() => { throw new Error('ah'); }); });`;
    const opened = await browser.open({ '/': `<!doctype html><script>${script}</script>` });
    await expect
      .poll(() => opened.problems)
      .toEqual(expect.arrayContaining(['error: oh', 'request: https://example.com/x', 'uncaught: ah']));
    await opened.close();
    await browser.close();
  });
});
