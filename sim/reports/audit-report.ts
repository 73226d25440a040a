import type { Audit, TriedChange } from '../experiments/audit/audit.ts';
import { totalOf } from '../experiments/audit/audit.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { ablationReport, ablationSentence } from './ablation-report.ts';
import { diagnosisReport, diagnosisSentence } from './diagnosis-report.ts';
import { decimal, marginOf, milliseconds, NONE, percent, plural, pointsWithMargin } from './numbers.ts';
import type { Bars, Block, Cell, Column, Report } from './report.ts';
import { heading, paragraph, table, tableOfWhatIsThere } from './report.ts';
import { runReport } from './run-report.ts';

/** The whole process of a review: map, figures, causes, mitigations, what suffices, what to watch. */
export function auditReport(scenario: Scenario, audit: Audit): Report {
  return {
    title: `${scenario.name}: an audit of \`${audit.design}\`, over ${plural(audit.seeds.length, 'seed')}`,
    blocks: [
      ...summaryBlocks(audit),
      ...mapBlocks(audit),
      heading('2. What was measured'),
      ...runReport(scenario, audit.measured).blocks,
      ...diagnosisBlocks(scenario, audit),
      ...mitigationBlocks(audit),
      ...surfaceBlocks(scenario, audit),
      ...ownershipBlocks(scenario, audit),
      ...watchBlocks(audit),
    ],
  };
}

function summaryBlocks({ diagnosis, ablation, mitigations }: Audit): Block[] {
  const best = bestOf(mitigations);
  const items = [
    ...(diagnosis === null ? [] : [diagnosisSentence(diagnosis)]),
    ...(ablation === null ? [] : [ablationSentence(ablation)]),
    best === undefined
      ? 'None of the mitigations that were tried helps clearly.'
      : `What helps most is ${best.name}: ${pointsWithMargin(changeOf(best))} points.`,
  ];
  return [heading('In short'), { kind: 'list', items }];
}

/** In fidelity, or in success where there is none. */
function changeOf({ fidelity, success }: TriedChange) {
  return (fidelity ?? success).change;
}

function bestOf(changes: readonly TriedChange[]): TriedChange | undefined {
  const helpful = changes.filter((change) => changeOf(change).low > 0);
  return helpful.toSorted((a, b) => changeOf(b).mean - changeOf(a).mean)[0];
}

function mapBlocks({ map, complexity }: Audit): Block[] {
  const rows = map.map(({ name, where, policy, decides, sees, cadence, fails, hidden }): Cell[] => [
    hidden ? { text: `(${name})`, tone: 'quiet' } : name,
    where,
    policy,
    decides,
    sees,
    cadence,
    fails,
  ]);
  const columns: Column[] = [
    { head: 'layer' },
    { head: 'where' },
    { head: 'policy', dispensable: 3 },
    { head: 'decides' },
    { head: 'sees', dispensable: 2 },
    { head: 'when', dispensable: 1 },
    { head: 'fails' },
  ];
  const { structural: s, operational: o, cognitive: c } = complexity;
  return [
    heading('1. The layers'),
    table(columns, rows),
    paragraph('In brackets: what decides too, though nobody has written it down as a layer.', 'quiet'),
    table(
      [{ head: 'complexity' }, { head: 'count', align: 'right' }, { head: 'made of' }],
      [
        [
          'structural',
          String(s.total),
          `${s.layers} layers, ${s.hidden} hidden ones, ${plural(s.pairs, 'pair')} that meet`,
        ],
        [
          'operational',
          String(o.total),
          `${o.settings} settings, ${plural(o.loops, 'control loop')}, ${plural(o.ages, 'age')} of views`,
        ],
        [
          'cognitive',
          String(c.total),
          `${c.policies} policies, ${c.memories} that remember, ${plural(c.blindPairs, 'pair')} that cannot see who refused`,
        ],
        [{ text: 'together', tone: 'strong' }, String(totalOf(complexity)), ''],
      ],
    ),
  ];
}

function diagnosisBlocks(scenario: Scenario, { diagnosis }: Audit): Block[] {
  if (diagnosis === null) return [];
  return [heading('3. Why it fails'), ...diagnosisReport(scenario, diagnosis).blocks];
}

function mitigationBlocks({ mitigations }: Audit): Block[] {
  if (mitigations.length === 0)
    return [heading('4. What helps'), paragraph('There is nothing that any mitigation would change.')];
  const ordered = mitigations.toSorted((a, b) => changeOf(b).mean - changeOf(a).mean);
  return [
    heading('4. What helps'),
    changeTable(ordered, 'mitigation'),
    changeBars('What each mitigation changes', ordered),
    { kind: 'list', items: ordered.map(({ name, about }) => `${name}: ${about}`) },
  ];
}

function changeTable(changes: readonly TriedChange[], head: string): Block {
  const rows = changes.map((change): Cell[] => {
    const { name, fidelity, success, p99Ms, complexity } = change;
    const { low, high } = changeOf(change);
    const tone = low > 0 ? 'good' : high < 0 ? 'bad' : 'quiet';
    return [
      name,
      fidelity === null ? NONE : percent(fidelity.value.mean),
      fidelity === null ? NONE : { text: pointsWithMargin(fidelity.change), tone },
      { text: pointsWithMargin(success.change), tone },
      milliseconds(p99Ms.value.mean),
      `${complexity > 0 ? '+' : ''}${complexity}`,
    ];
  });
  const right = { align: 'right' } as const;
  return tableOfWhatIsThere(
    [
      { head },
      { head: 'fidelity', ...right },
      { head: 'change', unit: 'points ±95%', ...right },
      { head: 'success', unit: 'points ±95%', ...right },
      { head: 'p99', unit: 'ms', ...right },
      { head: 'complexity', ...right },
    ],
    rows,
  );
}

/** Changes side by side, in the order of the table. */
function changeBars(title: string, changes: readonly TriedChange[]): Bars {
  const bars = changes.map((change) => {
    const { mean, low, high } = changeOf(change);
    return { name: change.name, value: mean * 100, low: low * 100, high: high * 100 };
  });
  return { kind: 'bars', title, unit: changes[0].fidelity === null ? 'points of success' : 'points of fidelity', bars };
}

function surfaceBlocks(scenario: Scenario, { ablation, removals }: Audit): Block[] {
  return [
    heading('5. What suffices, and what each removal costs'),
    changeTable(removals, 'removed'),
    changeBars('What each removal changes', removals),
    ...(ablation === null ? [] : ablationReport(scenario, ablation).blocks),
  ];
}

function ownershipBlocks({ costs }: Scenario, { ownership }: Audit): Block[] {
  if (ownership === null || costs === undefined) return [];
  const amount = (value: number): string => decimal(value, 0);
  const rows = ownership.map(
    ({ layer, infrastructure, engineering, instances, saves, balance, doesNotPay }): Cell[] => [
      layer,
      amount(infrastructure),
      amount(engineering),
      `${amount(instances.mean)} ±${amount(marginOf(instances))}`,
      `${amount(saves.mean)} ±${amount(marginOf(saves))}`,
      {
        text: `${amount(balance.mean)} ±${amount(marginOf(balance))}`,
        tone: doesNotPay ? 'bad' : balance.low > 0 ? 'good' : 'quiet',
      },
      doesNotPay ? 'does not pay' : balance.low > 0 ? 'pays' : 'not clear',
    ],
  );
  const unit = costs.currency === '' ? 'a year' : `${costs.currency} a year`;
  const money = (head: string): Column => ({ head, unit, align: 'right' });
  return [
    heading('6. What each layer costs, and saves'),
    table(
      [
        { head: 'layer' },
        money('infrastructure'),
        money('engineering'),
        money('instances'),
        money('saves'),
        money('balance'),
        { head: '' },
      ],
      rows,
    ),
    paragraph(
      'Instances: what those cost that run because of it. Saves: the value of the requests that are served because of it, if all the year were like what was measured.',
      'quiet',
    ),
  ];
}

function watchBlocks({ watch }: Audit): Block[] {
  const rows = watch.map(({ figure, measured, operator, threshold, why }): Cell[] => [
    figure,
    decimal(measured.mean, 4),
    `${operator === '>=' ? 'below' : 'above'} ${threshold}`,
    why,
  ]);
  return [
    heading('7. What to watch'),
    table(
      [{ head: 'figure' }, { head: 'measured', align: 'right' }, { head: 'alert', align: 'right' }, { head: 'why' }],
      rows,
    ),
    paragraph('`--guard FILE` writes these as expectations, which `overcontrol check` runs.', 'quiet'),
  ];
}
