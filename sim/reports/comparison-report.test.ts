import { describe, expect, it } from 'vitest';
import type { Comparison } from '../experiments/compare.ts';
import { comparisonReport } from './comparison-report.ts';
import { comparisonCsv } from './figures-csv.ts';
import { renderCsv } from './csv.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { about, COMPARISON, SCENARIO } from './testing/figures.ts';
import { renderText } from './text.ts';

const EXPECT = [
  { that: 'success >= 99.5%', design: 'layered', against: 'bare', actual: about(0.9822, 0.001), ok: false },
  { that: 'latencyMs.p99 < 500ms', design: 'layered', against: 'no-breaker', actual: about(447.55, 3.2), ok: true },
];

const text = (width: number, comparison: Comparison = COMPARISON): string =>
  renderText(comparisonReport(SCENARIO, comparison, EXPECT), { width, colour: false });

describe('the report of a comparison', () => {
  it('shows the designs, what the kills need, the expectations and one sentence', async () => {
    await expect(text(120)).toMatchFileSnapshot('outputs/comparison.txt');
  });

  it('leaves columns out where there is no room, and says which', async () => {
    await expect(text(80)).toMatchFileSnapshot('outputs/comparison-80.txt');
  });

  it.each([60, 80, 100, 120])('has no line longer than %i', (width) => {
    const longest = Math.max(
      ...text(width)
        .split('\n')
        .map((line) => line.length),
    );
    expect(longest).toBeLessThanOrEqual(width);
  });

  it('has a form in Markdown', async () => {
    const report = comparisonReport(SCENARIO, COMPARISON, EXPECT);
    await expect(renderMarkdown(report)).toMatchFileSnapshot('outputs/comparison.md');
  });

  it('is a page that needs nothing else', async () => {
    const page = renderHtml(comparisonReport(SCENARIO, COMPARISON, EXPECT));
    expect(page).not.toMatch(/https?:|<script|src=/);
    await expect(page).toMatchFileSnapshot('outputs/comparison.html.txt');
  });

  it('compares success where there are no references', () => {
    const designs = COMPARISON.designs
      .slice(1)
      .map(({ fidelity: _f, killed: _k, saved: _s, churn: _c, ...rest }) => rest);
    const differences = [{ ...COMPARISON.differences[1], against: 'layered' }];
    const alone = { ...COMPARISON, designs, differences, blame: null } as Comparison;
    const lines = text(120, alone).split('\n');
    expect(lines[4]).toMatch(/^design +success +p50, p99 +ampl\. +to layered$/);
    expect(lines.join('\n')).not.toContain('killed');
  });

  it('shows no interval of one seed', () => {
    const one = text(120, { ...COMPARISON, seeds: ['1'] });
    expect(one).not.toMatch(/±|interval/);
    expect(one).toMatch(/points (fewer|more) than `bare` in this one\s+seed/);
  });

  it('says so where no request arrived', () => {
    const nothing = { ...COMPARISON, designs: COMPARISON.designs.map((one) => ({ ...one, success: about(NaN) })) };
    expect(text(120, nothing)).toContain('No request arrived in the measured time.');
  });

  it('gives every figure in full as CSV, differences with what they compare to', () => {
    const rows = renderCsv(comparisonCsv(COMPARISON)).split('\r\n');
    expect(rows[0]).toBe('scenario,design,against,figure,mean,low,high');
    expect(rows).toContain('story,layered,,killed.total,2100,2100,2100');
    expect(rows.filter((row) => row.startsWith('story,layered,bare,'))).toEqual([
      expect.stringMatching(/^story,layered,bare,fidelity,-0\.0095,/),
      expect.stringMatching(/^story,layered,bare,success,-0\.0094,/),
    ]);
  });
});
