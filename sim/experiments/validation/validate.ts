import type { Estimate } from '../../measure/statistics.ts';
import { LAYERED } from '../../scenario/scenario.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { findDesign, seedsOf } from '../run.ts';
import type { Figure, Point, Unit, ValidationCase } from './case.ts';
import { judge } from './gate.ts';
import type { Gate, Verdict } from './gate.ts';
import type { Observation, ObservationTask, Observer } from './observation.ts';

/** One figure of one case, and what came of it. */
export interface FigureResult {
  readonly case: string;
  readonly source: string;
  readonly figure: string;
  readonly unit: Unit | null;
  readonly gate: Gate;
  readonly measured: Estimate;
  readonly verdict: Verdict;
  readonly replications: number;
  /** What was run. */
  readonly points: readonly Point[];
}

/** Reads a scenario of the library with settings over it. */
export type PointLoader = (point: Point) => Promise<Scenario>;

/** How a validation goes. */
export interface ValidationOptions {
  readonly load: PointLoader;
  readonly observer: Observer;
  /** Told of each case as soon as all its runs are done, in any order. */
  readonly onCase?: (one: ValidationCase, results: readonly FigureResult[]) => void;
  /** Told how many of all replications are done. */
  readonly onProgress?: (done: number, all: number) => void;
  readonly signal?: AbortSignal;
}

/** What is run of one point. Cases that share a point share its runs. */
interface Plan {
  readonly tasks: readonly ObservationTask[];
  readonly observations: Observation[][];
  left: number;
}

/** Replications that are so short that a message to a worker costs as much are sent together. */
const REPLICATIONS_IN_A_TASK = 10;
const MANY_REPLICATIONS = 100;

/** Runs cases and judges them; those that were not finished before `signal` was aborted are left out. */
export async function validate(cases: readonly ValidationCase[], options: ValidationOptions): Promise<FigureResult[]> {
  const plans = new Map<string, Plan>();
  for (const { points } of cases) {
    for (const point of points) {
      const key = keyOf(point);
      if (!plans.has(key)) plans.set(key, planOf(point, await options.load(point)));
    }
  }
  const results = new Map<string, readonly FigureResult[]>();
  const finish = (): void => {
    for (const one of cases) {
      if (results.has(one.name) || one.points.some((point) => plans.get(keyOf(point))!.left > 0)) continue;
      const runs = one.points.map((point) => plans.get(keyOf(point))!.observations.flat());
      const judged = one.figures.map((figure) => resultOf(one, figure, runs));
      results.set(one.name, judged);
      options.onCase?.(one, judged);
    }
  };
  // A model that is solved and not simulated has nothing to run.
  finish();
  await runAll([...plans.values()], options, finish);
  return cases.flatMap(({ name }) => results.get(name) ?? []);
}

function keyOf(point: Point): string {
  return JSON.stringify([point.scenario, point.design, point.set, point.timeline, point.looks]);
}

function planOf({ design: name = LAYERED, timeline = 0, looks = 0, scenario: file }: Point, scenario: Scenario): Plan {
  const design = findDesign(scenario, name);
  if (design === undefined) throw new Error(`${file} has no design ${name}`);
  const { world, plugins } = scenario;
  const seeds = seedsOf(scenario.seed, scenario.replications);
  const size = seeds.length >= MANY_REPLICATIONS ? REPLICATIONS_IN_A_TASK : 1;
  const tasks: ObservationTask[] = [];
  for (let i = 0; i < seeds.length; i += size) {
    tasks.push({ world, design, seeds: seeds.slice(i, i + size), plugins, timeline, looks });
  }
  return { tasks, observations: [], left: tasks.length };
}

/** Runs all tasks, as many at once as the observer is wide. */
async function runAll(
  plans: readonly Plan[],
  { observer, onProgress, signal }: ValidationOptions,
  finish: () => void,
): Promise<void> {
  const queue = plans.flatMap((plan) => plan.tasks.map((task, index) => ({ plan, task, index })));
  const all = queue.reduce((sum, { task }) => sum + task.seeds.length, 0);
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (next < queue.length && signal?.aborted !== true) {
      const { plan, task, index } = queue[next++];
      plan.observations[index] = await observer.observe(task);
      done += task.seeds.length;
      onProgress?.(done, all);
      if (--plan.left === 0) finish();
    }
  };
  await Promise.all(Array.from({ length: Math.min(observer.width, queue.length) }, worker));
}

function resultOf(one: ValidationCase, figure: Figure, runs: readonly (readonly Observation[])[]): FigureResult {
  const values = figure.values(runs);
  return {
    case: one.name,
    source: one.source,
    figure: figure.name,
    unit: figure.unit ?? null,
    gate: figure.gate,
    ...judge(figure.gate, values),
    replications: values.length,
    points: one.points,
  };
}

/** The cases whose names contain one of the filters (all without one), and of these the quick ones if `short`. */
export function selectCases(
  cases: readonly ValidationCase[],
  filters: readonly string[],
  short: boolean,
): ValidationCase[] {
  return cases
    .filter(({ name }) => filters.length === 0 || filters.some((filter) => name.includes(filter)))
    .filter((one) => !short || one.short);
}
