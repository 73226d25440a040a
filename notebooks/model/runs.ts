import { Registry, readScenario, SeedRuns, seedJob, sharedTasks } from '../../sim/index.ts';
import type { DesignSpec, Scenario, SeedTask, SeedTaskResult, TimelineData } from '../../sim/index.ts';
import type { Haste, Lab } from '../lab/lab.ts';
import { asTheyCome } from '../lab/lab.ts';

export const REGISTRY = new Registry();

/** Settings over a scenario, as after `--set`. */
export type Settings = Readonly<Record<string, unknown>>;

/** Reads a scenario whose text a notebook has imported with `?raw`. */
export function read(text: string, file: string, set: Settings = {}): Scenario {
  return readScenario(text, file, { registry: REGISTRY, set });
}

/** One stretch of a run, by the second in which requests arrived. */
export interface Second {
  readonly second: number;
  readonly offered: number;
  readonly served: number;
  /** Attempts that reached a service. */
  readonly dispatches: number;
}

/** What became of the requests in one design, beside the same requests without any layer. */
export interface DesignOutcome {
  readonly name: string;
  readonly success: number;
  /** Served of those that could have been served. */
  readonly fidelity: number;
  readonly servable: number;
  /** Served without any layer, not with these; and the reverse. */
  readonly killed: number;
  readonly saved: number;
  /** What mere chance kills and saves: the same design with its draws re-keyed. */
  readonly churn: { readonly killed: number; readonly saved: number };
  readonly p99Ms: number;
  readonly digest: string;
  readonly seconds: readonly Second[];
}

/** Runs designs over one seed, and hands over those that are there after each run; `bare` is the first. */
export async function* runDesigns(
  lab: Lab,
  scenario: Scenario,
  designs: readonly DesignSpec[],
  haste?: Haste,
): AsyncGenerator<DesignOutcome[], void, void> {
  const job = seedJob(scenario, designs, scenario.seed, { references: true, verdicts: false });
  const names = [job.bare, ...job.designs].map(({ name }) => name);
  const results = new Map<string, SeedTaskResult>();
  const tasks = sharedTasks(job).map((task) => withTimeline(task, scenario));
  const references = tasks.filter(({ id }) => !designs.some(({ name }) => name === id));
  const runs = tasks.map(async (task) => [task.id, await lab.do('task', task, haste)] as const);
  for await (const [id, result] of asTheyCome(runs)) {
    results.set(id, result);
    if (references.some((task) => !results.has(task.id))) continue;
    const seed = new SeedRuns(job, results);
    yield names
      .filter((name) => results.has(name))
      .map((name) => outcomeOf(name, seed, results.get(name)!.timeline ?? null));
  }
}

/** The same, all of them at once. */
export async function outcomesOf(
  lab: Lab,
  scenario: Scenario,
  designs: readonly DesignSpec[],
  haste?: Haste,
): Promise<DesignOutcome[]> {
  let outcomes: DesignOutcome[] = [];
  for await (const some of runDesigns(lab, scenario, designs, haste)) outcomes = some;
  return outcomes;
}

function withTimeline(task: SeedTask, { world }: Scenario): SeedTask {
  if (task.kind !== 'design' || task.rekey !== '') return task;
  return { ...task, timeline: Math.floor(world.duration / 1e9) };
}

function outcomeOf(name: string, seed: SeedRuns, timeline: TimelineData | null): DesignOutcome {
  const { success, latencyMs, digest } = seed.figures(name);
  const { fidelity, servable, killed, saved, churn } = seed.fidelity(name)!;
  return {
    name,
    success,
    fidelity: fidelity!,
    servable,
    killed: killed.total,
    saved,
    churn,
    p99Ms: latencyMs.p99,
    digest,
    seconds: timeline === null ? [] : secondsOf(timeline),
  };
}

/** A timeline whose buckets are seconds, or parts of one. */
export function secondsOf({ step, series }: TimelineData): Second[] {
  return series['offered'].map((offered, i) => ({
    second: (i * step) / 1e9,
    offered,
    served: series['served'][i],
    dispatches: Object.entries(series).reduce(
      (sum, [name, values]) => (name.startsWith('dispatches') ? sum + values[i] : sum),
      0,
    ),
  }));
}
