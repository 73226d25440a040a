import { describe, expect, it } from 'vitest';
import { checkReport, checkSuites } from './check-report.ts';
import { renderCsv } from './csv.ts';
import { actualOf } from './expectations.ts';
import { renderHtml } from './html.ts';
import { renderJUnit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { count, decimal, percentages, pointsWithMargin, significant, span } from './numbers.ts';
import { paragraph, table } from './report.ts';
import { about } from './testing/figures.ts';
import { renderText, wrap } from './text.ts';

const PLAIN = { width: 60, colour: false };

describe('numbers', () => {
  it('set thousands apart and show no minus zero', () => {
    expect([decimal(1234567.891, 1), decimal(-1234, 0), decimal(-0.001, 1), decimal(NaN, 1)]).toEqual([
      '1,234,567.9',
      '-1,234',
      '0.0',
      '-',
    ]);
  });

  it('show small means of counts with a decimal', () => {
    expect([count(3), count(6.75), count(67.5), count(about(0.25, 1))]).toEqual(['3', '6.8', '68', '0.3']);
  });

  it('never round a share up to all or down to nothing', () => {
    expect(percentages([0.9824, 1, 0])).toEqual(['98.24', '100.00', '0.00']);
    expect(percentages([0.99996, 0.5])).toEqual(['99.996', '50.000']);
    expect(percentages([0.00001])).toEqual(['0.001']);
  });

  it('show times in the unit that suits them', () => {
    expect([8_829_589, 2.16e9, 125e9, 1500, 0, Infinity].map((time) => span(time).replace('\u00a0', ' '))).toEqual([
      '8.83 ms',
      '2.16 s',
      '125 s',
      '1.50 us',
      '0 ms',
      'never',
    ]);
  });

  it('show changes in points', () => {
    expect(pointsWithMargin(about(-0.0095, 0.0012))).toBe('-0.95 ±0.12');
    expect(pointsWithMargin(about(0.25, 0.1))).toBe('+25.00 ±10.00');
  });

  it('show figures without a unit to a few digits', () => {
    expect([significant(12), significant(1.23456), significant(0.000123456), significant(123456.7)]).toEqual([
      '12',
      '1.235',
      '0.0001235',
      '123,457',
    ]);
  });
});

describe('text', () => {
  it('wraps at spaces and keeps the indentation', () => {
    expect(wrap('  a bc def', 5)).toEqual(['  a', '  bc', '  def']);
  });

  it('aligns columns, and draws a line under the head only', () => {
    const columns = [{ head: 'name' }, { head: 'n', unit: 'ms', align: 'right' as const }];
    const drawn = renderText(
      {
        title: 't',
        blocks: [
          table(columns, [
            ['a', '1'],
            ['long', '22'],
          ]),
        ],
      },
      PLAIN,
    );
    expect(drawn).toBe('t\n\nname   n\n      ms\n────────\na      1\nlong  22\n');
  });

  it('squeezes columns of text, but never below their longest word', () => {
    const words = 'some words that wrap, and one_that_is_very_much_longer_than_the_others';
    const drawn = renderText({ title: 't', blocks: [table([{ head: 'a' }, { head: 'b' }], [[words, words]])] }, PLAIN);
    expect(drawn).toContain('one_that_is_very_much_longer_than_the_others');
  });

  it('paints with colour only where it is wanted', () => {
    const report = { title: 't', blocks: [paragraph('well', 'good'), paragraph('ill', 'bad')] };
    expect(renderText(report, PLAIN)).toBe('t\n\nwell\n\nill\n');
    expect(renderText(report, { ...PLAIN, colour: true })).toContain('\u001b[32mwell\u001b[39m');
  });
});

describe('Markdown and HTML', () => {
  const report = { title: 'a < b', blocks: [paragraph('`x|y` & more'), table([{ head: 'p' }], [['a|b\nc']])] };

  it('escape what would be read as a form', () => {
    expect(renderMarkdown(report)).toContain('| a\\|b<br>c |');
    expect(renderHtml(report)).toContain('<h1>a &lt; b</h1>');
    expect(renderHtml(report)).toContain('<p><code>x|y</code> &amp; more</p>');
  });
});

describe('CSV', () => {
  it('quotes what needs it, and leaves out what is no number', () => {
    expect(
      renderCsv([
        ['a,b', 'c"d', 1.5],
        [null, NaN, Infinity],
      ]),
    ).toBe('"a,b","c""d",1.5\r\n,,\r\n');
  });
});

const CHECKED = [
  {
    file: 'a.yaml',
    scenario: 'a',
    seeds: ['1', '1/1'],
    notes: [],
    expect: [
      { that: 'success >= 99.5%', design: 'layered', against: 'bare', actual: about(0.98, 0.01), ok: false },
      { that: 'capped == 0', design: 'layered', against: 'bare', actual: 0, ok: true },
      {
        that: 'latencyMs.p99 < 100ms',
        design: 'x',
        against: 'bare',
        actual: about(120, 4),
        ok: false,
        failedSeeds: ['1/1'],
      },
    ],
  },
  { file: 'b.yaml', scenario: 'b', seeds: [], notes: [], expect: [] },
];

describe('the report of a check', () => {
  it('shows every expectation with what is really so', async () => {
    await expect(renderText(checkReport(CHECKED), { width: 120, colour: false })).toMatchFileSnapshot(
      'outputs/check.txt',
    );
  });

  it('is JUnit for continuous integration', async () => {
    await expect(renderJUnit(checkSuites(CHECKED))).toMatchFileSnapshot('outputs/check.junit.txt');
  });

  it('gives actual values in the terms of the expectation', () => {
    const [share, plain, ms] = CHECKED[0].expect;
    expect([share, plain, ms].map(actualOf)).toEqual(['98.00 % (97.00 to 99.00)', '0', '120.0 (116.0 to 124.0)']);
    expect(actualOf({ ...plain, actual: null })).toBe('there is none');
  });
});
