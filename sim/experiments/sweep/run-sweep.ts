import { BARE, bareDesign } from '../../scenario/scenario.ts';
import type { DesignSpec, Scenario } from '../../scenario/scenario.ts';
import { findDesign, seedJob } from '../run.ts';
import { assembleSeed, tasksOf } from '../seed-job.ts';
import type { SeedJob } from '../seed-job.ts';
import type { SeedTask, SeedTaskResult } from '../seed-task.ts';
import { calmWorld, outageWorld, phaseOf, PHASE_BUCKETS, triggerOf } from './phase.ts';
import type { PhaseFigures, Trigger } from './phase.ts';
import type { SweepPlan, SweepUnit } from './plan.ts';
import { settingsAt } from './plan.ts';
import type { SweepRow } from './rows.ts';
import type { RunTask } from './task-memo.ts';
import { TaskMemo } from './task-memo.ts';

/** What a sweep runs on. */
export interface SweepMeans {
  /** The scenario with these settings over it. Throws `ScenarioError`. */
  scenarioWith(settings: Readonly<Record<string, unknown>>): Scenario;
  runTask: RunTask;
  /** How many tasks are under way at once. */
  readonly width: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs units of a sweep, and hands over the rows of each as soon as they are there, in whatever order that is: a row
 * depends on its unit alone. Stops early when `signal` is aborted.
 */
export async function runSweep(
  plan: SweepPlan,
  units: readonly SweepUnit[],
  means: SweepMeans,
  onRows: (rows: readonly SweepRow[], unit: SweepUnit) => void,
): Promise<{ readonly run: number; readonly reused: number }> {
  const memo = new TaskMemo(means.runTask);
  const scenarioAt = lastRemembered((point: number) => means.scenarioWith(settingsAt(plan, point)));
  let next = 0;
  let failed = false;
  const work = async (): Promise<void> => {
    while (next < units.length && !failed && means.signal?.aborted !== true) {
      const unit = units[next++];
      try {
        onRows(await rowsOf(plan, unit, scenarioAt(unit.point), memo), unit);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  // One more than there are workers, so that none waits for what is done in this thread.
  await Promise.all(Array.from({ length: Math.min(means.width + 1, units.length) }, work));
  return { run: memo.run, reused: memo.reused };
}

/** Units of one point follow each other: its scenario is read once for all of its seeds. */
function lastRemembered<Value>(make: (point: number) => Value): (point: number) => Value {
  let last: { readonly point: number; readonly value: Value } | undefined;
  return (point) => {
    if (last?.point !== point) last = { point, value: make(point) };
    return last.value;
  };
}

async function rowsOf(
  plan: SweepPlan,
  { point, seed }: SweepUnit,
  scenario: Scenario,
  memo: TaskMemo,
): Promise<SweepRow[]> {
  const { references, verdicts, hash } = plan;
  // A parameter may be the trigger's own.
  const trigger = plan.trigger === null ? null : triggerOf(scenario.world);
  const designs = plan.designs.map((name) => findDesign(scenario, name)!);
  const subjects = references ? designs.filter(({ name }) => name !== BARE) : designs;
  const job: SeedJob = { ...seedJob({ ...scenario, expect: [] }, subjects, seed, { references, verdicts }) };
  const results = new Map<string, SeedTaskResult>();
  const run = async (task: SeedTask): Promise<void> => void results.set(task.id, await memo.do(task));
  await Promise.all([...tasksOf(job).map(watched(trigger)), ...phaseTasks(job, designs, trigger)].map(run));
  const { designs: rows } = assembleSeed(job, results);
  return plan.designs.map((design): SweepRow => {
    const { figures, fidelity } = rows.find(({ name }) => name === design)!;
    const phase = trigger === null ? {} : { phase: phaseFigures(design, results, trigger) };
    return {
      scenario: hash,
      design,
      point: settingsAt(plan, point),
      seed,
      figures: { ...figures, ...fidelity, ...phase },
    };
  });
}

/** Where phases are wanted, a design's own run keeps a timeline too. */
function watched(trigger: Trigger | null): (task: SeedTask) => SeedTask {
  return (task) =>
    trigger !== null && task.kind === 'design' && task.rekey === '' ? { ...task, timeline: PHASE_BUCKETS } : task;
}

const hitId = (design: string): string => `${design}, hit`;
const calmId = (design: string): string => `${design}, calm`;
const outageId = (design: string): string => `${design}, outage`;

function phaseTasks(job: SeedJob, designs: readonly DesignSpec[], trigger: Trigger | null): SeedTask[] {
  if (trigger === null) return [];
  const { seed, plugins } = job;
  const worlds = [
    // The own run of a closed loop with references is more than one run, and keeps no timeline.
    ...(tasksOf(job).some(({ kind }) => kind === 'design') ? [] : [{ world: job.world, idOf: hitId }]),
    { world: calmWorld(job.world, trigger), idOf: calmId },
    { world: outageWorld(job.world, trigger), idOf: outageId },
  ];
  return designs.flatMap((design) =>
    worlds.map(({ world, idOf }): SeedTask => ({
      id: idOf(design.name),
      kind: 'design',
      world,
      seed,
      plugins,
      design,
      rekey: '',
      verdicts: false,
      log: false,
      timeline: PHASE_BUCKETS,
    })),
  );
}

function phaseFigures(design: string, results: ReadonlyMap<string, SeedTaskResult>, trigger: Trigger): PhaseFigures {
  const timelineOf = (id: string) => results.get(id)!.timeline!;
  const own = results.has(hitId(design)) ? hitId(design) : design;
  const [hit, calm, outage] = [own, calmId(design), outageId(design)].map(timelineOf);
  return phaseOf({ hit, calm, outage }, trigger);
}

/** The designs of a sweep that nobody has named: the stack as written, and the world without any layer. */
export function sweptByDefault(scenario: Scenario, phases: boolean): string[] {
  const [{ name }] = scenario.designs;
  return phases ? [name] : [name, bareDesign(scenario).name];
}
