import type { Estimate } from '../../measure/statistics.ts';
import type { RunsDocument } from '../run.ts';
import { valueAt } from '../aggregate.ts';

/** A figure to watch, and the value from which somebody should look. */
export interface Watch {
  /** Path into the JSON of a run. */
  readonly figure: string;
  readonly measured: Estimate;
  readonly operator: '>=' | '<=';
  /** As an expectation writes it. */
  readonly threshold: string;
  readonly why: string;
}

/** Figures that matter for every design: more is better of the first ones, less of the others. */
const GENERAL: readonly (readonly [string, Watch['operator'], string])[] = [
  ['success', '>=', 'What clients see.'],
  ['fidelity', '>=', 'Of what could have been served: failing here is the doing of the layers.'],
  ['amplification', '<=', 'Retries that multiply load show here before they show anywhere else.'],
  ['wastedWork', '<=', 'Work for clients that have gone: what makes an overload outlive its cause.'],
  ['latencyMs.p99', '<=', 'What the slowest clients see.'],
];

const OF_LAYERS: readonly (readonly [string, Watch['operator'], string])[] = [
  ['stalenessMs.p99', '<=', 'How old what it decides on is: its decisions are as good as that.'],
  ['intended', '>=', 'Share of its choices that reach the chosen instance: below 100 % another layer overrules it.'],
  ['reversals', '<=', 'Changes back to the state before: flapping.'],
];

/** Beside the interval, so much of the value is left as slack: one more seed must not fail. */
const SLACK = 0.1;

/** What to watch of a design, with thresholds a little beyond what was measured. */
export function watchesOf(measured: RunsDocument): Watch[] {
  const layers = Object.keys((valueAt(measured, ['layers']) as object | null | undefined) ?? {});
  return [
    ...GENERAL.flatMap(([path, operator, why]) => watch(measured, path, operator, why)),
    ...layers.flatMap((layer) =>
      OF_LAYERS.flatMap(([path, operator, why]) => watch(measured, `layers.${layer}.${path}`, operator, why)),
    ),
  ];
}

function watch(measured: RunsDocument, figure: string, operator: Watch['operator'], why: string): Watch[] {
  const value = valueAt(measured, figure.split('.')) as Estimate | null | undefined;
  if (value === null || value === undefined || !Number.isFinite(value.mean)) return [];
  // What never happened is not worth a line.
  if (value.high === 0) return [];
  const isShare = operator === '>=';
  // Of what fails, and of what succeeds, a tenth more, beyond the interval as wide again.
  const spread = value.high - value.low;
  const limit = isShare ? value.low - spread - SLACK * (1 - value.mean) : value.high + spread + SLACK * value.mean;
  const threshold = isShare
    ? `${twoDecimals(Math.floor(Math.max(0, limit) * 1e4) / 100)}%`
    : twoDecimals(-Math.floor(-limit * 100) / 100);
  return [{ figure, measured: value, operator, threshold, why }];
}

function twoDecimals(value: number): string {
  return String(Number(value.toFixed(2)));
}

/** The expectations to keep, as a scenario that `check` runs. @param base the scenario's file, as seen from the new one */
export function guardScenario(name: string, base: string, design: string, watches: readonly Watch[]): string {
  const lines = watches.map(({ figure, operator, threshold, why }) => {
    const that = `${figure} ${operator} ${threshold}`;
    return `  - { design: ${design}, that: ${JSON.stringify(that)} }  # ${why}`;
  });
  return [
    '# What an audit has measured, to be kept: overcontrol check runs it. Change a line when you mean the change.',
    `name: ${name}-guard`,
    `extends: ${JSON.stringify(base)}`,
    'expect:',
    ...lines,
    '',
  ].join('\n');
}
