import type { ExpectationResult, RunDocument, RunsDocument } from '../experiments/run.ts';
import type { Estimate } from '../measure/statistics.ts';
import type { OutcomeName } from '../world/outcome.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { formatDuration } from '../units/duration.ts';
import { expectationTable } from './expectations.ts';
import type { Figure } from './numbers.ts';
import { count, decimal, marginOf, meanOf, milliseconds, NONE, percent, percentages, plural, span } from './numbers.ts';
import type { Block, Cell, Column, Report, Table } from './report.ts';
import { heading, paragraph, table, tableOfWhatIsThere } from './report.ts';

/** One run, or several seeds of one design. */
export type AnyRunDocument = RunDocument | RunsDocument;

/** A design's run for people: how requests ended, what control did to them, what each layer decided and believed. */
export function runReport(scenario: Scenario, document: AnyRunDocument): Report {
  const seeds = 'seeds' in document ? plural(document.seeds.length, 'seed') : `seed ${document.seed}`;
  const layers = document.layers as Layers | null;
  return {
    title: `${document.scenario}: design ${document.design}, ${seeds}`,
    blocks: [
      paragraph(aboutOf(scenario, document), 'quiet'),
      outcomeTable(document),
      ...fidelityBlocks(document),
      heading('Latency and load'),
      latencyTable(document),
      serviceTable(document),
      ...(layers === null || Object.keys(layers).length === 0 ? [] : layerBlocks(scenario, document, layers)),
      ...conflictBlocks(document),
      ...expectationBlocks(document.expect),
      ...document.notes.map((note) => paragraph(`Note: ${note}`)),
      paragraph(digestOf(document), 'quiet'),
    ],
  };
}

function aboutOf(scenario: Scenario, document: AnyRunDocument): string {
  const { duration, warmup } = scenario.world;
  const measured = warmup === 0 ? '' : `, of which the first ${formatDuration(warmup)} do not count`;
  const means = 'seeds' in document ? ' Figures are means over the seeds.' : '';
  const about = scenario.about === '' ? '' : `${scenario.about} `;
  return `${about}${formatDuration(duration)} of simulated time${measured}.${means}`;
}

function digestOf(document: AnyRunDocument): string {
  if (!('perSeed' in document)) return `digest ${document.digest}`;
  return `digests ${document.perSeed.map(({ seed, digest }) => `${seed}: ${digest}`).join(', ')}`;
}

/** A figure's margin in a column of its own, where there is one. */
function marginColumn(several: boolean): Column[] {
  return several ? [{ head: '±95%', align: 'right' }] : [];
}

// --- requests --------------------------------------------------------------------------------------------------------

const OUTCOME_TEXTS: Readonly<Record<OutcomeName, string>> = {
  served: 'served',
  late: 'late',
  wrong: 'wrong',
  rejected: 'rejected',
  timedOut: 'timed out',
  failed: 'failed',
  dropped: 'dropped',
  unfinished: 'unfinished',
};

function outcomeTable(document: AnyRunDocument): Table {
  const several = 'seeds' in document;
  const outcomes = document.outcomes as Readonly<Record<OutcomeName, Figure>>;
  const rejectedBy = document.rejectedBy as Readonly<Record<string, Figure>>;
  const shown = (Object.keys(OUTCOME_TEXTS) as OutcomeName[])
    .filter((name) => name === 'served' || meanOf(outcomes[name]) > 0)
    .flatMap((name): [string, Figure][] => [
      [OUTCOME_TEXTS[name], outcomes[name]],
      ...(name === 'rejected' ? Object.entries(rejectedBy).map(byLayer) : []),
    ]);
  const offered = meanOf(document.offered);
  const rows: [string, Figure][] = [['offered', document.offered], ...shown];
  const shares = percentages(shown.map(([, figure]) => meanOf(figure) / offered));
  const columns: Column[] = [
    { head: 'requests' },
    { head: '', align: 'right' },
    ...marginColumn(several),
    { head: '%', align: 'right' },
  ];
  return table(
    columns,
    rows.map(([name, figure], i): Cell[] => [
      name,
      count(figure),
      ...(several ? [decimal(marginOf(figure), 0)] : []),
      i === 0 ? '' : shares[i - 1],
    ]),
  );
}

function byLayer([layer, figure]: [string, Figure]): [string, Figure] {
  return [`  by ${layer}`, figure];
}

// --- fidelity --------------------------------------------------------------------------------------------------------

/** What is compared with the references, in the order in which it is shown. */
function fidelityBlocks(document: AnyRunDocument): Block[] {
  const { fidelity, servable, killed, saved, missed, beyond, churn } = document;
  if (servable === null || killed === null || saved === null || missed === null || beyond === null || churn === null) {
    return [];
  }
  const several = 'seeds' in document;
  const row = (name: string, figure: Figure, meaning: string): Cell[] => [
    name,
    count(figure),
    ...(several ? [decimal(marginOf(figure), 0)] : []),
    meaning,
  ];
  const net = meanOf(saved) - meanOf(killed.total);
  const netText =
    net === 0 ? '0' : ({ text: `${net > 0 ? '+' : ''}${count(net)}`, tone: net > 0 ? 'good' : 'bad' } as const);
  const rows: Cell[][] = [
    row('servable', servable, 'the oracle could serve them in time'),
    fidelity === null
      ? ['fidelity', NONE, ...(several ? [''] : []), '']
      : [
          'fidelity, %',
          percentages([meanOf(fidelity)])[0],
          ...(several ? [decimal(marginOf(fidelity) * 100, 2)] : []),
          'of these were served',
        ],
    row('killed', killed.total, 'served by `bare`, not by this design'),
    row('  direct', killed.direct, 'a layer refused or timed them out'),
    row('  displaced', killed.displaced, 'lost to load that others caused'),
    row('saved', saved, 'served by this design, not by `bare`'),
    ['net', netText, ...(several ? [''] : []), ''],
    row('missed', missed, 'servable, but served by neither'),
    row('beyond', beyond, 'served, though not servable'),
    row('churn, killed', churn.killed, 'by mere chance: its own draws re-keyed'),
    row('churn, saved', churn.saved, 'likewise'),
  ];
  const columns: Column[] = [
    { head: 'against `bare` and the oracle' },
    { head: '', align: 'right' },
    ...marginColumn(several),
    { head: '' },
  ];
  return [table(columns, rows)];
}

// --- latency and load ------------------------------------------------------------------------------------------------

function latencyTable(document: AnyRunDocument): Table {
  const { latencyMs, waitMs, goodputPerSecond, amplification, duplicates, wastedWork } = document;
  const ms = (head: string): Column => ({ head, unit: 'ms', align: 'right' });
  const columns: Column[] = [
    ...['mean', 'p50'].map(ms),
    { ...ms('p90'), dispensable: 2 },
    ...['p99', 'p99.9', 'max'].map(ms),
    ms('wait'),
    { ...ms('wait p99'), dispensable: 3 },
    { head: 'goodput', unit: '/s', align: 'right' },
    { head: 'amplification', align: 'right', dispensable: 1 },
    { head: 'duplicates', align: 'right', dispensable: 4 },
    { head: 'wasted', unit: '% of work', align: 'right' },
  ];
  const { mean, p50, p90, p99, p999, max } = latencyMs;
  const row = [
    ...[mean, p50, p90, p99, p999, max, waitMs.mean, waitMs.p99].map((figure: Figure) => milliseconds(meanOf(figure))),
    decimal(meanOf(goodputPerSecond), 1),
    decimal(meanOf(amplification), 3),
    count(duplicates),
    percentages([meanOf(wastedWork)])[0],
  ];
  return table(columns, [row]);
}

function serviceTable(document: AnyRunDocument): Table {
  const services = Object.entries(document.services) as [string, Readonly<Record<string, Figure>>][];
  const columns: Column[] = [
    { head: 'service' },
    { head: 'utilization', unit: '%', align: 'right' },
    { head: 'waiting', unit: 'mean', align: 'right' },
    { head: 'instances', unit: 'mean', align: 'right' },
    { head: 'dispatches', align: 'right' },
    { head: 'amplification', align: 'right' },
    { head: 'wasted', unit: '% of work', align: 'right' },
  ];
  const rows = services.map(([name, service]): Cell[] => [
    name,
    decimal(meanOf(service['utilization']) * 100, 1),
    decimal(meanOf(service['queueLength']), 1),
    decimal(meanOf(service['instances']), 1),
    count(service['dispatches']),
    decimal(meanOf(service['amplification']), 3),
    percentages([meanOf(service['wastedWork'])])[0],
  ]);
  return table(columns, rows);
}

// --- layers ----------------------------------------------------------------------------------------------------------

/** What `layers` holds of one run, or of several. */
type Layers = Readonly<
  Record<
    string,
    {
      readonly wrong: Readonly<Record<string, Figure>>;
      readonly stalenessMs: { readonly p50: Figure; readonly p99: Figure };
      readonly beliefError: Figure | null;
      readonly intended: Figure | null;
    } & Readonly<Record<'decisions' | 'refusals' | 'retries' | 'reversals' | 'loopsPerMinute', Figure>>
  >
>;

const WRONG_TEXTS: Readonly<Record<string, string>> = {
  wrongfulRefusal: 'wrongful refusal',
  misroute: 'misroute',
  harmfulRetry: 'harmful retry',
  duplicateRetry: 'duplicate retry',
  prematureTimeout: 'premature timeout',
  overScaled: 'too many replicas',
  underScaled: 'too few replicas',
};

/** Kinds of wrong decisions in words. */
export function wrongText(kind: string): string {
  return WRONG_TEXTS[kind] ?? kind;
}

function layerBlocks(scenario: Scenario, document: AnyRunDocument, layers: Layers): Block[] {
  const policies = policiesOf(scenario, document.design);
  const columns: Column[] = [
    { head: 'layer' },
    { head: 'policy', dispensable: 1 },
    { head: 'decisions', align: 'right' },
    { head: 'wrong' },
    { head: 'staleness', unit: 'p50, p99', align: 'right' },
    { head: 'belief', unit: 'error', align: 'right', dispensable: 4 },
    { head: 'refused', align: 'right' },
    { head: 'retried', align: 'right' },
    { head: 'reversals', align: 'right', dispensable: 2 },
    { head: 'reached', unit: 'intended %', align: 'right', dispensable: 3 },
  ];
  const rows = Object.entries(layers).map(([name, layer]): Cell[] => [
    name,
    policies.get(name) ?? '',
    count(layer.decisions),
    wrongOf(layer.wrong),
    stalenessOf(layer.stalenessMs),
    layer.beliefError === null ? '' : decimal(meanOf(layer.beliefError), 1),
    countOrNothing(layer.refusals),
    countOrNothing(layer.retries),
    countOrNothing(layer.reversals),
    layer.intended === null ? '' : percentages([meanOf(layer.intended)])[0],
  ]);
  return [heading('Layers'), tableOfWhatIsThere(columns, rows), paragraph(LAYER_LEGEND, 'quiet')];
}

function stalenessOf({ p50, p99 }: { readonly p50: Figure; readonly p99: Figure }): string {
  if (meanOf(p99) === 0) return 'live';
  return `${span(meanOf(p50) * 1e6)}, ${span(meanOf(p99) * 1e6)}`;
}

const LAYER_LEGEND =
  'Wrong: by the truth of the moment. Staleness: the age of what it decided on. Belief error: mean difference between believed and true requests in the instance that it chose. Reached: choices whose attempt got to the chosen instance.';

function countOrNothing(figure: Figure): string {
  return meanOf(figure) === 0 ? '' : count(figure);
}

function wrongOf(wrong: Readonly<Record<string, Figure>>): Cell {
  const kinds = Object.entries(wrong).map(([kind, figure]) => `${count(figure)} ${wrongText(kind)}`);
  return kinds.length === 0 ? '' : { text: kinds.join('\n'), tone: 'bad' };
}

function policiesOf(scenario: Scenario, design: string): Map<string, string> {
  const spec = scenario.designs.find(({ name }) => name === design) ?? scenario.designs[0];
  const layers = [...spec.edges.flatMap((edge) => edge.layers), ...spec.autoscalers];
  return new Map(layers.map(({ name, policy }) => [name, policy]));
}

// --- conflicts -------------------------------------------------------------------------------------------------------

/** More layers than this make a list of a matrix. */
const WIDEST_MATRIX = 6;

interface Conflict {
  readonly by: string;
  readonly against: string;
  readonly kind: string;
  readonly count: number | Estimate;
}

function conflictBlocks(document: AnyRunDocument): Block[] {
  const conflicts: readonly Conflict[] = document.conflicts ?? [];
  if (conflicts.length === 0) return [];
  const order = Object.keys(document.layers ?? {});
  const against = order.filter((name) => conflicts.some((one) => one.against === name));
  const by = order.filter((name) => conflicts.some((one) => one.by === name));
  const drawn = against.length > WIDEST_MATRIX ? conflictList(conflicts) : conflictMatrix(conflicts, by, against);
  return [heading('Conflicts: who defeated whom'), drawn, paragraph(CONFLICT_LEGEND, 'quiet')];
}

const CONFLICT_LEGEND =
  'Overruled: refused what the other had chosen. Bypassed: sent it elsewhere. Misattributed: was misled by a refusal that the other had made. Doubled: both retried one failure. Opposed: adds what the other takes away.';

function conflictMatrix(conflicts: readonly Conflict[], by: readonly string[], against: readonly string[]): Table {
  const cell = (row: string, column: string): string =>
    conflicts
      .filter((one) => one.by === row && one.against === column)
      .map((one) => `${one.kind} ${count(one.count)}`)
      .join('\n');
  const columns: Column[] = [{ head: 'by' }, ...against.map((name): Column => ({ head: `against ${name}` }))];
  return table(
    columns,
    by.map((row) => [row, ...against.map((column) => cell(row, column))]),
  );
}

function conflictList(conflicts: readonly Conflict[]): Table {
  const columns: Column[] = [{ head: 'by' }, { head: '' }, { head: 'against' }, { head: 'times', align: 'right' }];
  return table(
    columns,
    conflicts.map(({ by, kind, against, count: times }) => [by, kind, against, count(times)]),
  );
}

function expectationBlocks(expect: readonly ExpectationResult[]): Block[] {
  return expect.length === 0 ? [] : [heading('Expectations'), expectationTable(expect)];
}

/** What a run was like in one sentence. */
export function runSentence(document: AnyRunDocument): string {
  const { success, fidelity } = document;
  const of = fidelity === null ? '' : `, ${percent(meanOf(fidelity))} of the servable ones`;
  return `\`${document.design}\` served ${percent(meanOf(success))} of the requests${of}.`;
}
