import {
  checkFigures,
  keyOfRow,
  missingUnits,
  parseParameter,
  parseShard,
  planSweep,
  runsOf,
  runSweep,
  seedsOf,
  settingsAt,
  sweepResult,
  sweptByDefault,
  unitsOf,
  WHOLE,
} from '../../index.ts';
import type { Parameter, Scenario, Shard, SweepPlan, SweepRow, SweepUnit } from '../../index.ts';
import { PoolExecutor, RowsFolder, scenarioHash } from '../../node.ts';
import type { OpenScenario } from '../../node.ts';
import { kubernetesJob } from '../../reports/batch/kubernetes.ts';
import { slurmArray } from '../../reports/batch/slurm.ts';
import { EXIT, UsageError } from '../exit.ts';
import { Interrupt } from '../interrupt.ts';
import { designNamed, open } from '../load.ts';
import type { Arguments } from '../options.ts';
import { countOption, isSet, repeatedOption, textOption } from '../options.ts';
import { note } from '../present.ts';
import { startProgress } from '../progress.ts';
import { noteInterrupted } from '../seeds.ts';
import { presentSweep } from '../sweep-view.ts';

/** A sweep of more runs than this has to be wanted. */
const MOST_RUNS = 10_000;

/** `overcontrol sweep`: a parameter or two over a range, over all seeds. */
export async function sweep(args: Arguments): Promise<number> {
  const parameters = repeatedOption(args, 'param').map(parseParameter);
  const shard = parseShard(textOption(args, 'shard') ?? '1/1');
  const folder = textOption(args, 'out');
  if (shard.count > 1 && folder === undefined) throw new UsageError('--shard needs --out: a folder for its rows.');
  const opened = await open(String(args['file']), args);
  const plan = planOf(opened, parameters, args);
  if (textOption(args, 'emit') !== undefined) return emit(args, unitsOf(plan, WHOLE).length);
  checkSize(plan, shard, args);
  return folder === undefined ? sweepInMemory(opened, plan, args) : sweepIntoFolder(opened, plan, shard, folder, args);
}

function planOf(opened: OpenScenario, parameters: readonly Parameter[], args: Arguments): SweepPlan {
  const { scenario } = opened.with({});
  const phases = isSet(args, 'phases');
  const named = repeatedOption(args, 'design').map((name) => designNamed(scenario, name).name);
  const designs = named.length > 0 ? [...new Set(named)] : sweptByDefault(scenario, phases);
  const figures = repeatedOption(args, 'figure');
  const plan = planSweep({
    scenario,
    hash: scenarioHash(scenario),
    parameters,
    lhs: countOption(args, 'lhs', 1_000_000),
    designs,
    seeds: seedsOf(scenario.seed, scenario.replications),
    figures: figures.length > 0 ? [...new Set(figures)] : ['success'],
    phases,
  });
  checkEnds(opened, plan);
  return plan;
}

/** What no run could be made of is said before any is run: the scenario is read at the first and the last point. */
function checkEnds(opened: OpenScenario, plan: SweepPlan): void {
  for (const point of [0, plan.points.length - 1]) opened.with(settingsAt(plan, point));
}

function checkSize(plan: SweepPlan, shard: Shard, args: Arguments): void {
  const runs = runsOf(plan, unitsOf(plan, shard).length);
  if (runs <= MOST_RUNS || isSet(args, 'yes')) return;
  const [r, p, s] = [runs, plan.points.length, plan.seeds.length].map((n) => n.toLocaleString('en-US'));
  throw new UsageError(
    `This sweep takes up to ${r} runs (${p} points, ${s} seeds), more than ${MOST_RUNS.toLocaleString('en-US')}: say --yes if you mean it, or take fewer points or --replications.`,
  );
}

async function sweepInMemory(opened: OpenScenario, plan: SweepPlan, args: Arguments): Promise<number> {
  const rows = new Map<string, SweepRow>();
  const keep = (fresh: readonly SweepRow[]): void => fresh.forEach((row) => rows.set(keyOfRow(row), row));
  const interrupted = await runUnits(opened, plan, unitsOf(plan, WHOLE), keep, args);
  if (rows.size > 0) presentSweep(sweepResult(plan, rows), args);
  return interrupted ? noteInterrupted('what was run is lost: give --out to keep it.') : EXIT.ok;
}

async function sweepIntoFolder(
  opened: OpenScenario,
  plan: SweepPlan,
  shard: Shard,
  folder: string,
  args: Arguments,
): Promise<number> {
  const rows = new RowsFolder(folder, plan, shard);
  try {
    if (rows.repaired) note(`${rows.file}: its last line had been torn off; that run is done again.`);
    const units = missingUnits(plan, shard, rows.rows);
    const all = unitsOf(plan, shard).length;
    if (units.length < all) note(`${rows.file} has ${all - units.length} of ${all} runs already.`);
    const interrupted = await runUnits(opened, plan, units, (fresh) => rows.add(fresh), args);
    if (interrupted) {
      const left = missingUnits(plan, shard, rows.rows).length;
      return noteInterrupted(`${all - left} of ${all} runs are safe in ${rows.file}; start the same command to go on.`);
    }
    rows.finish();
  } finally {
    rows.close();
  }
  if (shard.count === 1) presentSweep(sweepResult(plan, rows.rows), args);
  else note(`${rows.file}: shard ${shard.index} of ${shard.count} is done. When all are: overcontrol merge ${folder}`);
  return EXIT.ok;
}

/** Runs units on every core, under a progress bar. Returns whether it was interrupted. */
async function runUnits(
  opened: OpenScenario,
  plan: SweepPlan,
  units: readonly SweepUnit[],
  keep: (rows: readonly SweepRow[]) => void,
  args: Arguments,
): Promise<boolean> {
  if (units.length === 0) return false;
  const interrupt = new Interrupt();
  const progress = await startProgress();
  const executor = new PoolExecutor(undefined, countOption(args, 'workers', 256));
  let done = 0;
  const show = (): void => progress.update(done / units.length, `${done} of ${units.length} points and seeds`);
  const means = {
    scenarioWith: (settings: Readonly<Record<string, unknown>>): Scenario => opened.with(settings).scenario,
    runTask: executor.runTask.bind(executor),
    width: executor.width,
    signal: interrupt.signal,
  };
  try {
    show();
    const all = runSweep(plan, units, means, (rows) => {
      if (interrupt.wasHeard) return;
      keep(rows);
      if (done++ === 0) checkFigures(plan.figures, rows[0]);
      show();
    });
    await Promise.race([all, interrupt.arrival()]);
    if (interrupt.wasHeard) all.catch(() => undefined);
    else if (isSet(args, 'verbose')) noteReuse(await all);
  } finally {
    progress.stop();
    await executor.close();
    interrupt.dispose();
  }
  return interrupt.wasHeard;
}

function noteReuse({ run, reused }: { readonly run: number; readonly reused: number }): void {
  note(`${run} runs were made; ${reused} more were the same as one of them.`);
}

/** Prints a job that runs this very command in parts. */
function emit(args: Arguments, units: number): number {
  const folder = textOption(args, 'out');
  if (folder === undefined) throw new UsageError('--emit needs --out: the folder that all parts write their rows to.');
  const shards = Math.min(units, countOption(args, 'shards', 100_000) ?? 1);
  const job = { scenario: String(args['file']), folder, shards, words: sweepWords(args) };
  process.stdout.write(textOption(args, 'emit') === 'slurm' ? slurmArray(job) : kubernetesJob(job));
  return EXIT.ok;
}

const REPEATED = ['param', 'design', 'figure', 'set'] as const;
const SINGLE = ['lhs', 'replications', 'seed', 'duration', 'warmup'] as const;
const FLAGS = ['phases', 'yes'] as const;

/** What was asked for, as words of a command line, but for file and folder. */
function sweepWords(args: Arguments): string[] {
  return [
    ...REPEATED.flatMap((name) => repeatedOption(args, name).flatMap((value) => [`--${name}`, value])),
    ...SINGLE.flatMap((name) => {
      const value = textOption(args, name);
      return value === undefined ? [] : [`--${name}`, value];
    }),
    ...FLAGS.filter((name) => isSet(args, name)).map((name) => `--${name}`),
  ];
}
