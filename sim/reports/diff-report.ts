import type { Change } from '../experiments/diff/changes.ts';
import type { DesignDiff } from '../experiments/diff/diff.ts';
import type { Effect, FigureEffect } from '../experiments/diff/effect.ts';
import type { Estimate } from '../measure/statistics.ts';
import { count, decimal, marginOf, percent, plural } from './numbers.ts';
import type { Block, Cell, Report, Tone } from './report.ts';
import { heading, paragraph, table } from './report.ts';

/** A difference as a plan, and what it does. */
export function diffReport({ before, after, changes, effect }: DesignDiff): Report {
  const name = ({ file, design }: DesignDiff['before']): string => `${file}#${design}`;
  const none = paragraph('Nothing differs.', 'good');
  return {
    title: `${name(before)} -> ${name(after)}: ${changes.length === 0 ? 'no change' : plural(changes.length, 'change')}`,
    blocks: [
      changes.length === 0 ? none : changeTable(changes),
      ...(effect === null ? [] : effectBlocks(effect, changes.length > 0)),
    ],
  };
}

const SIGNS: Readonly<Record<Change['kind'], [string, Tone]>> = {
  added: ['+', 'good'],
  removed: ['-', 'bad'],
  moved: ['>', 'strong'],
  changed: ['~', 'strong'],
};

function changeTable(changes: readonly Change[]): Block {
  const rows = changes.map(({ kind, path, before, after }): Cell[] => {
    const [sign, tone] = SIGNS[kind];
    return [{ text: sign, tone }, path, before ?? '', after ?? ''];
  });
  return table([{ head: '' }, { head: 'setting' }, { head: 'before' }, { head: 'after' }], rows);
}

interface Form {
  readonly head: string;
  /** Whether more of it is better. */
  readonly more: boolean;
  text(value: number): string;
  change(change: Estimate): string;
}

const share = (head: string): Form => ({
  head,
  more: true,
  text: percent,
  change: (change) => `${signed(change.mean * 100, 2)} ±${decimal(marginOf(change) * 100, 2)} points`,
});

const amount = (head: string, more: boolean, digits: number): Form => ({
  head,
  more,
  text: (value) => decimal(value, digits),
  change: (change) => `${signed(change.mean, digits)} ±${decimal(marginOf(change), digits)}`,
});

const FORMS: Readonly<Record<string, Form>> = {
  fidelity: share('fidelity'),
  success: share('success'),
  p99Ms: amount('p99, ms', false, 1),
  killed: amount('killed (served by `bare`)', false, 0),
  saved: amount('saved', true, 0),
  amplification: amount('dispatches a request', false, 3),
};

function signed(value: number, digits: number): string {
  return `${value > 0 ? '+' : ''}${decimal(value, digits)}`;
}

function effectBlocks({ seeds, figures, flips }: Effect, changed: boolean): Block[] {
  const rows = figures.map((effect): Cell[] => {
    const { head, text, change } = FORMS[effect.figure];
    return [
      head,
      text(effect.before.mean),
      text(effect.after.mean),
      { text: change(effect.difference), tone: toneOf(effect) },
    ];
  });
  const columns = [
    { head: 'figure' },
    { head: 'before', align: 'right' },
    { head: 'after', align: 'right' },
    { head: 'change', unit: '±95%', align: 'right' },
  ] as const;
  return [
    heading(`What it does, over ${plural(seeds.length, 'seed')}`),
    table(columns, rows),
    ...flipBlocks(flips),
    ...(changed ? [paragraph(sentenceOf(figures), 'strong')] : []),
  ];
}

function flipBlocks(flips: Effect['flips']): Block[] {
  if (flips === null)
    return [
      paragraph(
        'No request of one is a request of the other: their worlds differ, or arrivals depend on the answers.',
        'quiet',
      ),
    ];
  const { killed, saved, churn } = flips;
  const text =
    `Of the same requests ${count(saved)} are served after it that were not before, and ${count(killed)} no more. ` +
    `Mere chance flips ${count(churn)} each way.`;
  return [paragraph(text, 'quiet')];
}

function toneOf({ figure, difference }: FigureEffect): Tone {
  if (difference.low <= 0 && difference.high >= 0) return 'quiet';
  return difference.mean > 0 === FORMS[figure].more ? 'good' : 'bad';
}

function sentenceOf(figures: readonly FigureEffect[]): string {
  const effect =
    figures.find(({ figure }) => figure === 'fidelity') ?? figures.find(({ figure }) => figure === 'success')!;
  const { figure, before, after, difference } = effect;
  const levels = `from ${percent(before.mean)} to ${percent(after.mean)}`;
  const interval = `95 % interval ${signed(difference.low * 100, 2)} to ${signed(difference.high * 100, 2)} points`;
  if (difference.low <= 0 && difference.high >= 0) {
    return `It makes no clear difference to ${figure}: ${levels} (${interval}).`;
  }
  return `It ${difference.mean > 0 ? 'raises' : 'lowers'} ${figure} ${levels} (${interval}).`;
}
