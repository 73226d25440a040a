import type { Diagnosis, ModeDiagnosis } from '../experiments/diagnose/diagnose.ts';
import { MODES, MODE_TEXTS } from '../experiments/diagnose/modes.ts';
import type { Mode } from '../experiments/diagnose/modes.ts';
import type { Estimate } from '../measure/statistics.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { LAYERED } from '../scenario/scenario.ts';
import type { renderCsv } from './csv.ts';
import { percent, plural, pointsWithMargin } from './numbers.ts';
import type { Block, Cell, Column, Report } from './report.ts';
import { heading, paragraph, table } from './report.ts';

/** A diagnosis for people: what each failure mode does, in which layer, what stays, and requests to look at. */
export function diagnosisReport(scenario: Scenario, diagnosis: Diagnosis): Report {
  const { design, seeds, whole, layers, notes, measure, work } = diagnosis;
  return {
    title: `${scenario.name}: why \`${design}\` fails, over ${plural(seeds.length, 'seed')}`,
    blocks: [
      paragraph(
        `Each failure mode removed by intervention, in all eight combinations: ${plural(work.runs / seeds.length, 'run')} a seed over the same worlds. ` +
          `In points of ${measure}.`,
        'quiet',
      ),
      modeTable(whole),
      paragraph(
        `Share: its part in what removing all three heals (Shapley). Only it left: what is lost if it alone remains. ` +
          `Without all three ${measure} is ${percent(whole.ideal.mean)}; what is still missing is policy: thresholds and purpose.`,
        'quiet',
      ),
      ...layerBlocks(layers),
      ...exampleBlocks(scenario, diagnosis),
      heading('What was removed'),
      { kind: 'list', items: MODES.map((mode) => `${MODE_TEXTS[mode].name}: ${MODE_TEXTS[mode].removed}.`) },
      ...notes.map((note) => paragraph(`Note: ${note}`)),
      paragraph(diagnosisSentence(diagnosis), 'strong'),
    ],
  };
}

function modeTable({ modes, policy, dominant }: ModeDiagnosis): Block {
  const columns: Column[] = [
    { head: 'failure mode' },
    { head: 'share', unit: 'points ±95%', align: 'right' },
    { head: 'heals alone', unit: 'points ±95%', align: 'right' },
    { head: 'only it left', unit: 'points ±95%', align: 'right' },
    { head: '' },
  ];
  const rows = modes.map(({ mode, share, healsAlone, lostIfOnlyItRemains }): Cell[] => [
    MODE_TEXTS[mode].name,
    harmCell(share),
    pointsWithMargin(healsAlone),
    pointsWithMargin(lostIfOnlyItRemains),
    mode === dominant ? { text: 'dominant', tone: 'bad' } : '',
  ]);
  return table(columns, [...rows, ['policy', { text: pointsWithMargin(policy), tone: 'strong' }, '', '', '']]);
}

/** Harm that is clear stands out; what is not is quiet. */
function harmCell(share: Estimate): Cell {
  const text = pointsWithMargin(share);
  if (share.low > 0) return { text, tone: 'bad' };
  return { text, tone: share.high < 0 ? 'good' : 'quiet' };
}

function layerBlocks(layers: readonly ModeDiagnosis[]): Block[] {
  if (layers.length === 0) return [];
  const columns: Column[] = [
    { head: 'layer' },
    ...MODES.map((mode): Column => ({ head: MODE_TEXTS[mode].name, unit: 'points ±95%', align: 'right' })),
    { head: 'dominant' },
  ];
  const rows = layers.map(({ layer, modes, dominant, harmful }): Cell[] => [
    layer!,
    ...modes.map(({ share }) => harmCell(share)),
    verdictOf(dominant, harmful),
  ]);
  return [
    heading('Layer by layer'),
    paragraph('The same shares with one layer changed at a time. They need not sum to those of the whole.', 'quiet'),
    table(columns, rows),
  ];
}

function verdictOf(dominant: Mode | null, harmful: readonly Mode[]): string {
  if (dominant !== null) return MODE_TEXTS[dominant].name;
  return harmful.length === 0 ? 'none' : `none of ${plural(harmful.length, 'harmful mode')}`;
}

function exampleBlocks(scenario: Scenario, { examples, design, whole }: Diagnosis): Block[] {
  if (examples.length === 0) return [];
  const columns: Column[] = [
    { head: 'failure mode' },
    { head: 'request', align: 'right' },
    { head: 'seed' },
    { head: 'also healed by removing' },
  ];
  const rows = examples.map(({ mode, request, seed, alsoHealedBy }): Cell[] => [
    MODE_TEXTS[mode].name,
    String(request),
    seed,
    alsoHealedBy.map((other) => MODE_TEXTS[other].name).join(', '),
  ]);
  const { request, seed } = examples.find(({ mode }) => whole.harmful.includes(mode)) ?? examples[0];
  const isListed = scenario.designs.some(({ name }) => name === design);
  const named = design === LAYERED ? '' : ` --design ${design}`;
  return [
    heading('Requests to look at'),
    paragraph('Killed in the design, also with its draws re-keyed; served once the mode alone is removed.', 'quiet'),
    table(columns, rows),
    ...(isListed
      ? [
          paragraph(
            `See \`overcontrol explain ${scenario.file} --request ${request} --seed ${seed}${named}\`.`,
            'quiet',
          ),
        ]
      : []),
  ];
}

/** The whole diagnosis in one sentence. */
export function diagnosisSentence({ design, measure, whole }: Diagnosis): string {
  const { dominant, harmful, asItIs, ideal, modes, policy } = whole;
  const names = harmful.map((mode) => MODE_TEXTS[mode].name);
  const reached = `removing all three modes takes ${measure} from ${percent(asItIs.mean)} to ${percent(ideal.mean)}`;
  if (dominant !== null) {
    const { share } = modes.find(({ mode }) => mode === dominant)!;
    const others = names.filter((name) => name !== MODE_TEXTS[dominant].name);
    const beside = others.length === 0 ? '' : `, beside ${others.join(' and ')}`;
    return `\`${design}\` fails mostly by ${MODE_TEXTS[dominant].name} (${pointsWithMargin(share)} points)${beside}; ${reached}.`;
  }
  if (names.length > 0)
    return `\`${design}\` fails by ${names.join(' and ')}, ${names.length === 1 ? 'which is not far ahead' : 'of which none is far ahead'}; ${reached}.`;
  return `No failure mode of \`${design}\` does clear harm: ${percent(policy.mean)} is lost to policy, or to nothing that control could change; ${reached}.`;
}

/** Shares and combinations in long form, one a row. */
export function diagnosisCsv({ scenario, design, whole, layers }: Diagnosis): Parameters<typeof renderCsv>[0] {
  const row = (layer: string | null, what: string, of: string, { mean, low, high }: Estimate): (string | number)[] => [
    scenario,
    design,
    layer ?? '',
    what,
    of,
    mean,
    low,
    high,
  ];
  const rows = [whole, ...layers].flatMap(({ layer, modes, policy, combinations }) => [
    ...modes.flatMap(({ mode, share, healsAlone, lostIfOnlyItRemains }) => [
      row(layer, 'share', mode, share),
      row(layer, 'healsAlone', mode, healsAlone),
      row(layer, 'lostIfOnlyItRemains', mode, lostIfOnlyItRemains),
    ]),
    row(layer, 'policy', '', policy),
    ...combinations.map(({ removed, value }) => row(layer, 'removed', removed.join(' '), value)),
  ]);
  return [['scenario', 'design', 'layer', 'what', 'of', 'mean', 'low', 'high'], ...rows];
}
