import { axisUnit } from '../experiments/sweep/parameter.ts';
import { PHASES } from '../experiments/sweep/phase.ts';
import type { PhaseCount } from '../experiments/sweep/phase-count.ts';
import type { QuantityKind } from '../experiments/sweep/quantity.ts';
import { writeQuantity } from '../experiments/sweep/quantity.ts';
import type { SweepResult, SweptPoint } from '../experiments/sweep/sweep-result.ts';
import type { Threshold } from '../experiments/sweep/thresholds.ts';
import type { Estimate } from '../measure/statistics.ts';
import { formatDuration } from '../units/duration.ts';
import { figureText, isShare } from './figure-text.ts';
import { decimal, NONE, plural } from './numbers.ts';
import type { Block, Cell, Chart, Column, HeatMap, Report, Table } from './report.ts';
import { heading, paragraph, table } from './report.ts';

/** What came of a sweep, for people: curves or heat maps, the figures, and where something changes. */
export function sweepReport(result: SweepResult): Report {
  const { scenario, parameters, points, seeds, done, planned } = result;
  const paths = parameters.map(({ path }) => `\`${path}\``).join(' and ');
  const partial =
    done < planned ? [paragraph(`Note: ${done} of ${planned} rows are there; the rest has not been run yet.`)] : [];
  return {
    title: `${scenario}: ${parameters.map(({ path }) => path).join(' and ')}, ${plural(points.length, 'point')} over ${plural(seeds.length, 'seed')}`,
    blocks: [
      paragraph(`${paths} ${result.method === 'grid' ? 'on a grid' : 'as a Latin hypercube'}. ${MEANING}`, 'quiet'),
      ...sweepPictures(result),
      pointTable(result),
      ...correlationBlocks(result),
      ...phaseLegend(result),
      ...partial,
      heading('Thresholds'),
      thresholdBlock(result),
    ],
  };
}

const MEANING =
  'Every figure is a mean over the seeds with its 95 % interval; all points and designs face the same worlds.';

// --- pictures --------------------------------------------------------------------------------------------------------

/** Curves along one parameter, heat maps over two. */
export function sweepPictures(result: SweepResult): (Chart | HeatMap)[] {
  const { parameters, method, figures, points } = result;
  if (method !== 'grid' || points.length === 0) return [];
  if (parameters.length === 2) return heatMaps(result);
  return parameters[0].kind === null ? [] : figures.map((figure) => curves(result, figure));
}

function curves(result: SweepResult, figure: string): Chart {
  const { parameters, points, thresholds } = result;
  const [{ path, kind }] = parameters;
  const scale = axisUnit(kind, Math.max(...points.map(({ x }) => Math.abs(x[0]!))));
  const factor = isShare(figure) ? 100 : 1;
  // An interval may reach beyond what a share can be.
  const clip = (value: number): number => (isShare(figure) ? Math.max(0, Math.min(1, value)) : value);
  const names = points[0].designs.map(({ name }) => name);
  const xs = points.map(({ x }) => x[0]!);
  const marks = thresholds.filter(({ change }) => change.kind === 'phase' || change.figure === figure);
  const shown = new Map(
    marks.map(({ at, low, high }) => [
      `${low} ${high}`,
      { at: at / scale.size, low: low / scale.size, high: high / scale.size },
    ]),
  );
  return {
    kind: 'chart',
    title: `${figure} by ${path}`,
    x: { label: path, unit: scale.unit, logarithmic: isLogarithmic(xs) },
    y: { label: figure, unit: isShare(figure) ? '%' : '' },
    series: names.map((name, d) => ({
      name,
      points: points.flatMap(({ x, designs }) => {
        const estimate = designs[d].figures[figure];
        if (estimate === null) return [];
        const { mean, low, high } = estimate;
        return [{ x: x[0]! / scale.size, y: mean * factor, low: clip(low) * factor, high: clip(high) * factor }];
      }),
    })),
    marks: [...shown.values()],
  };
}

/** Whether values are much more evenly spread by factors than by differences. */
function isLogarithmic(xs: readonly number[]): boolean {
  const sorted = xs.toSorted((a, b) => a - b);
  if (sorted.length < 3 || sorted[0] <= 0) return false;
  return sorted.at(-1)! / sorted[0] >= 50 && sorted[Math.floor(sorted.length / 2)] < (sorted[0] + sorted.at(-1)!) / 4;
}

function heatMaps(result: SweepResult): HeatMap[] {
  const { figures, points, trigger } = result;
  const names = points[0].designs.map(({ name }) => name);
  const ofFigures = figures.flatMap((figure) => names.map((_, d) => figureMap(result, figure, d)));
  return trigger === null ? ofFigures : [...names.map((_, d) => phaseMap(result, d)), ...ofFigures];
}

function figureMap(result: SweepResult, figure: string, d: number): HeatMap {
  const means = result.points.map(({ designs }) => designs[d].figures[figure]?.mean ?? NaN);
  const known = means.filter((mean) => mean === mean);
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  return heatMap(result, `${figure} of ${result.points[0].designs[d].name}`, (_point, p) => {
    const mean = means[p];
    if (mean !== mean) return null;
    return { text: figureText(figure, mean), shade: span === 0 ? 0 : (mean - low) / span };
  });
}

function phaseMap(result: SweepResult, d: number): HeatMap {
  return heatMap(result, `Phases of ${result.points[0].designs[d].name}`, ({ designs }) => {
    const { phase } = designs[d];
    if (phase === null) return null;
    return { text: phase.phase, shade: PHASES.indexOf(phase.phase) / (PHASES.length - 1) };
  });
}

function heatMap(
  { parameters, points }: SweepResult,
  title: string,
  cellOf: (point: SweptPoint, p: number) => HeatMap['cells'][number][number],
): HeatMap {
  const [first, second] = parameters.map(({ path }) => path);
  const valuesOf = (path: string): string[] => [...new Set(points.map(({ values }) => String(values[path])))];
  const [xs, ys] = [valuesOf(first), valuesOf(second)];
  const cells = ys.map((y) =>
    xs.map((x) => {
      const p = points.findIndex(({ values }) => String(values[first]) === x && String(values[second]) === y);
      return p < 0 ? null : cellOf(points[p], p);
    }),
  );
  return { kind: 'heatMap', title, x: { label: first, values: xs }, y: { label: second, values: ys }, cells };
}

// --- tables ----------------------------------------------------------------------------------------------------------

function pointTable({ parameters, points, figures, trigger }: SweepResult): Table {
  const names = points[0]?.designs.map(({ name }) => name) ?? [];
  const one = figures.length === 1;
  const columns: Column[] = [
    ...parameters.map(({ path }): Column => ({ head: path, align: 'right' })),
    ...names.flatMap((name): Column[] => [
      ...figures.map((figure): Column => ({
        head: one ? name : `${name} ${figure}`,
        unit: one ? `${figure}${isShare(figure) ? ' %' : ''}` : isShare(figure) ? '%' : '',
        align: 'right',
      })),
      ...(trigger === null ? [] : [{ head: `${name} phase` }, { head: 'recovers after', align: 'right' as const }]),
    ]),
  ];
  const rows = points.map(({ values, designs }): Cell[] => [
    ...parameters.map(({ path }) => String(values[path])),
    ...designs.flatMap((design): Cell[] => [
      ...figures.map((figure) => estimateText(figure, design.figures[figure])),
      ...(trigger === null ? [] : [phaseText(design.phase), recoveryText(design.phase)]),
    ]),
  ]);
  return table(columns, rows);
}

function estimateText(figure: string, estimate: Estimate | null): string {
  if (estimate === null) return NONE;
  const margin = (estimate.high - estimate.low) / 2;
  return margin === 0
    ? figureText(figure, estimate.mean)
    : `${figureText(figure, estimate.mean)} ±${figureText(figure, margin)}`;
}

function phaseText(count: PhaseCount | null): Cell {
  if (count === null) return NONE;
  const { phase, seeds } = count;
  const others = PHASES.filter((one) => one !== phase && seeds[one] > 0).map((one) => `${seeds[one]} ${one}`);
  const text = others.length === 0 ? phase : `${phase} (${seeds[phase]}; ${others.join(', ')})`;
  return { text, tone: phase === 'stable' ? 'good' : phase === 'vulnerable' ? 'quiet' : 'bad' };
}

function recoveryText(count: PhaseCount | null): string {
  if (count === null || count.phase === 'overloaded') return NONE;
  return count.recoveryMs === null ? 'stays down' : formatDuration(Math.round(count.recoveryMs) * 1e6);
}

function phaseLegend({ trigger }: SweepResult): Block[] {
  if (trigger === null) return [];
  return [
    paragraph(
      `The trigger (${trigger.faults.join(', ')}) lasts from ${formatDuration(trigger.from)} to ${formatDuration(trigger.until)}. ` +
        'Stable: it recovers, even from a total outage of that length. Vulnerable: it recovers from the trigger, but stays ' +
        'down after the outage. Metastable: it stays down to the end of the run though the trigger is gone. Overloaded: it ' +
        'serves less than 90 % even without the trigger. Recovered: 90 % of the goodput without the trigger, for good.',
      'quiet',
    ),
  ];
}

function correlationBlocks({ correlations, figures }: SweepResult): Block[] {
  if (correlations.length === 0) return [];
  const rows = correlations
    .toSorted((a, b) => Math.abs(b.rho) - Math.abs(a.rho))
    .map(({ parameter, design, figure, rho }): Cell[] => [
      parameter,
      design,
      ...(figures.length > 1 ? [figure] : []),
      decimal(rho, 2),
    ]);
  const columns: Column[] = [
    { head: 'parameter' },
    { head: 'design' },
    ...(figures.length > 1 ? [{ head: 'figure' }] : []),
    { head: 'rank correlation', unit: 'Spearman', align: 'right' },
  ];
  return [heading('What matters'), table(columns, rows)];
}

// --- thresholds ------------------------------------------------------------------------------------------------------

function thresholdBlock({ thresholds, parameters, method, seeds }: SweepResult): Block {
  if (method !== 'grid')
    return paragraph('A Latin hypercube has no lines along which to look for thresholds.', 'quiet');
  if (thresholds.length === 0)
    return paragraph('None between the points that were run, as far as the intervals can tell.');
  const kinds = new Map(parameters.map(({ path, kind }) => [path, kind]));
  const items = distinct(thresholds).map((one) => thresholdText(one, kinds.get(one.parameter) ?? null));
  const single = seeds.length === 1 ? ' With one seed, chance is not told apart from them.' : '';
  return { kind: 'list', items: single === '' ? items : [...items, single.trim()] };
}

/** Where several phases begin at one place, the worst of them is named. */
function distinct(thresholds: readonly Threshold[]): Threshold[] {
  const byPlace = new Map<string, Threshold>();
  for (const one of thresholds) {
    const { parameter, where, design, low, high, rises, change } = one;
    const about = change.kind === 'phase' ? '' : `${change.figure} ${change.against}`;
    byPlace.set(JSON.stringify([parameter, where, design, low, high, rises, change.kind, about]), one);
  }
  return [...byPlace.values()];
}

/** A threshold in a sentence. */
export function thresholdText(threshold: Threshold, kind: QuantityKind | null): string {
  const { parameter, where, design, change, rises, at, low, high } = threshold;
  const write = (value: number): string => String(writeQuantity({ kind: kind ?? 'number', value }));
  const settings = Object.entries(where)
    .map(([path, value]) => ` (at \`${path}\` = ${value})`)
    .join('');
  if (change.kind === 'crosses') {
    const way = rises ? 'rises above' : 'falls below';
    const about = write(roundedWithin(at, low, high));
    return `\`${design}\` ${way} \`${change.against}\` in ${change.figure} at about \`${parameter}\` = ${about} (interval ${write(low)} to ${write(high)})${settings}.`;
  }
  const [sure, not] = rises
    ? [`from ${write(high)} on`, `up to ${write(low)}`]
    : [`up to ${write(low)}`, `from ${write(high)} on`];
  return `\`${design}\` ${PHASE_WORDS[change.phase]} with \`${parameter}\` ${sure}, not ${not}${settings}.`;
}

const PHASE_WORDS = {
  stable: 'recovers',
  vulnerable: 'would stay down after an outage',
  metastable: 'stays down after the trigger is gone',
  overloaded: 'is down even without the trigger',
} as const;

/** A place within an interval, with no more digits than the interval deserves. */
function roundedWithin(at: number, low: number, high: number): number {
  const digit = 10 ** Math.floor(Math.log10((high - low) / 20));
  return digit > 0 && Number.isFinite(digit) ? Number((Math.round(at / digit) * digit).toPrecision(12)) : at;
}
