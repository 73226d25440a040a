import { describe, expect, it } from 'vitest';
import type { SweepResult } from '../experiments/sweep/sweep-result.ts';
import { chartSvg } from './charts/chart-svg.ts';
import { heatMapSvg } from './charts/heat-map-svg.ts';
import { renderCsv } from './csv.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { sweepCsv } from './sweep-csv.ts';
import { sweepPictures, sweepReport } from './sweep-report.ts';
import type { Chart, HeatMap } from './report.ts';
import { about } from './testing/figures.ts';
import { renderText } from './text.ts';

const NO_SEED = { stable: 0, vulnerable: 0, metastable: 0, overloaded: 0 };

/** One parameter, two designs whose curves cross, and a phase that begins. */
const CURVES: SweepResult = {
  schemaVersion: '1.0',
  version: '0.1.0',
  scenario: 'story',
  parameters: [{ path: 'balancer.metrics.lag', kind: 'duration' }],
  method: 'grid',
  seeds: ['1', '1/1', '1/2'],
  figures: ['success'],
  trigger: { from: 60e9, until: 70e9, faults: ['outage'] },
  done: 24,
  planned: 24,
  points: [0, 1, 2, 4].map((lag, i) => ({
    values: { 'balancer.metrics.lag': `${lag}s` },
    x: [lag * 1e9],
    designs: [
      {
        name: 'layered',
        seeds: 3,
        figures: { success: about([0.9991, 0.995, 0.97, 0.61][i], 0.004) },
        phase: {
          phase: (['stable', 'stable', 'vulnerable', 'metastable'] as const)[i],
          seeds: { ...NO_SEED, ...[{ stable: 3 }, { stable: 3 }, { stable: 1, vulnerable: 2 }, { metastable: 3 }][i] },
          recoveryMs: [800, 4200, 30_500, null][i],
        },
      },
      { name: 'bare', seeds: 3, figures: { success: about(0.981, 0.001) }, phase: null },
    ],
  })),
  thresholds: [
    {
      parameter: 'balancer.metrics.lag',
      where: {},
      design: 'layered',
      change: { kind: 'crosses', figure: 'success', against: 'bare' },
      at: 1.56e9,
      low: 1e9,
      high: 2e9,
      rises: false,
    },
    {
      parameter: 'balancer.metrics.lag',
      where: {},
      design: 'layered',
      change: { kind: 'phase', phase: 'metastable' },
      at: 3e9,
      low: 2e9,
      high: 4e9,
      rises: true,
    },
  ],
  correlations: [],
};

/** Two parameters. */
const MAP: SweepResult = {
  ...CURVES,
  parameters: [
    { path: 'world.traffic.web.arrivals.poisson', kind: 'rate' },
    { path: 'sidecar.tries', kind: 'number' },
  ],
  points: ['20/s', '40/s', '60/s'].flatMap((rate, i) =>
    [1, 3].map((tries, k) => ({
      values: { 'world.traffic.web.arrivals.poisson': rate, 'sidecar.tries': tries },
      x: [20 + 20 * i, tries],
      designs: [
        {
          name: 'layered',
          seeds: 3,
          figures: { success: i === 1 && k === 0 ? null : about(1 - 0.3 * i * k) },
          phase: {
            phase: i * k > 0 ? ('metastable' as const) : ('stable' as const),
            seeds: NO_SEED,
            recoveryMs: 800,
          },
        },
      ],
    })),
  ),
  thresholds: [],
};

describe('the report of a sweep', () => {
  it('draws curves, and says where they cross and where a phase begins', async () => {
    await expect(renderText(sweepReport(CURVES), { width: 100, colour: false })).toMatchFileSnapshot(
      'outputs/sweep.txt',
    );
  });

  it('draws heat maps over two parameters', async () => {
    await expect(renderText(sweepReport(MAP), { width: 100, colour: false })).toMatchFileSnapshot(
      'outputs/sweep-map.txt',
    );
  });

  it.each([60, 80, 120])('has no line of a chart longer than %i', (width) => {
    for (const result of [CURVES, MAP]) {
      const text = renderText({ title: '', blocks: sweepPictures(result) }, { width, colour: false });
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
    }
  });

  it('has the pictures as SVG', async () => {
    const [chart] = sweepPictures(CURVES) as Chart[];
    const [phases] = sweepPictures(MAP) as HeatMap[];
    await expect(`${chartSvg(chart)}\n`).toMatchFileSnapshot('outputs/sweep.svg');
    await expect(`${heatMapSvg(phases)}\n`).toMatchFileSnapshot('outputs/sweep-map.svg');
  });

  it('has a form in Markdown, HTML and CSV', () => {
    expect(renderMarkdown(sweepReport(CURVES))).toMatch(/```text\nsuccess by balancer\.metrics\.lag\n[^`]*\n```/);
    expect(renderHtml(sweepReport(MAP))).toMatch(/<figure><svg [^]*<\/svg><\/figure>/);
    const rows = renderCsv(sweepCsv(CURVES)).split('\r\n');
    expect(rows[0]).toBe('scenario,balancer.metrics.lag,design,figure,mean,low,high');
    expect(rows).toContain('story,4s,layered,phase.metastable,3');
    expect(rows.filter((row) => row.includes(',bare,success,0.981,'))).toHaveLength(4);
  });

  it('says so where not all has been run', () => {
    const text = renderText(sweepReport({ ...CURVES, done: 7 }), { width: 100, colour: false });
    expect(text).toContain('Note: 7 of 24 rows are there; the rest has not been run yet.');
  });
});
