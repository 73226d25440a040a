import { estimate } from '../../measure/statistics.ts';
import type { Estimate } from '../../measure/statistics.ts';
import type { DesignSpec, Scenario } from '../../scenario/scenario.ts';
import { bareDesign } from '../../scenario/scenario.ts';
import { isClosedLoop } from '../closed-loop.ts';
import { seedJob, seedsOf } from '../run.ts';
import type { DesignResult, SeedJob, SeedResult } from '../seed-job.ts';

/** One side of a difference: a design of a scenario. */
export interface Side {
  readonly scenario: Scenario;
  readonly design: DesignSpec;
}

/** A figure of both sides, and what came of it seed by seed. */
export interface FigureEffect {
  readonly figure: string;
  readonly before: Estimate;
  readonly after: Estimate;
  readonly difference: Estimate;
}

export interface Effect {
  readonly seeds: readonly string[];
  readonly figures: readonly FigureEffect[];
  /** Requests that only one of the two serves, with what mere chance flips; null where no request is the same in both. */
  readonly flips: { readonly killed: Estimate; readonly saved: Estimate; readonly churn: Estimate } | null;
}

/** What both designs are called in the jobs: their own names may be the same. */
const BEFORE = 'before';
const AFTER = 'after';

/** Whether both sides face the same world, so that their requests can be compared one by one. */
export function isSameWorld({ before, after }: { readonly before: Side; readonly after: Side }): boolean {
  return JSON.stringify(before.scenario.world) === JSON.stringify(after.scenario.world);
}

/** Whether a request of one side is a request of the other; in a closed loop arrivals depend on the answers. */
function isPaired(before: Side, after: Side): boolean {
  return isSameWorld({ before, after }) && !isClosedLoop(after.scenario.world);
}

/** The jobs that measure what a change does, seed by seed: one a seed for one world, two for two. */
export function effectJobs(before: Side, after: Side): SeedJob[] {
  const seeds = seedsOf(after.scenario.seed, after.scenario.replications);
  const options = { references: true, verdicts: false };
  const job = ({ scenario }: Side, designs: readonly DesignSpec[], seed: string): SeedJob => ({
    ...seedJob({ ...scenario, expect: [] }, designs, seed, options),
    bare: bareDesign(scenario),
  });
  const first = { ...before.design, name: BEFORE };
  const second = { ...after.design, name: AFTER };
  return seeds.flatMap((seed) => {
    if (!isPaired(before, after)) return [job(before, [first], seed), job(after, [second], seed)];
    return [{ ...job(after, [first, second], seed), pairs: [[AFTER, BEFORE]] as const }];
  });
}

/** Figures that are better when they are higher, and those that are better when they are lower. */
const FIGURES: Readonly<Record<string, (result: DesignResult) => number | null>> = {
  fidelity: ({ fidelity }) => fidelity?.fidelity ?? null,
  success: ({ figures }) => figures.success,
  p99Ms: ({ figures }) => figures.latencyMs.p99,
  killed: ({ fidelity }) => fidelity?.killed.total ?? null,
  saved: ({ fidelity }) => fidelity?.saved ?? null,
  amplification: ({ figures }) => figures.amplification,
};

/** @param results of `effectJobs`, in their order; as many whole seeds as there are */
export function effectOf(before: Side, after: Side, results: readonly SeedResult[]): Effect {
  const paired = isPaired(before, after);
  const step = paired ? 1 : 2;
  const seeds = results.filter((_, i) => i % step === 0 && i + step <= results.length);
  const pairs = seeds.map((result, i) => {
    const other = results[i * step + step - 1];
    return [of(result, BEFORE), of(other, AFTER)] as const;
  });
  const figures = Object.entries(FIGURES).flatMap(([figure, pick]): FigureEffect[] => {
    const values = pairs.map(([a, b]) => [pick(a), pick(b)] as const);
    if (values.some(([a, b]) => a === null || b === null)) return [];
    return [
      {
        figure,
        before: estimate(values.map(([a]) => a!)),
        after: estimate(values.map(([, b]) => b!)),
        difference: estimate(values.map(([a, b]) => b! - a!)),
      },
    ];
  });
  return { seeds: seeds.map(({ seed }) => seed), figures, flips: paired ? flipsOf(seeds) : null };
}

function of(result: SeedResult, name: string): DesignResult {
  return result.designs.find((design) => design.name === name)!;
}

function flipsOf(results: readonly SeedResult[]): Effect['flips'] {
  return {
    killed: estimate(results.map(({ pairs }) => pairs[0].killed.total)),
    saved: estimate(results.map(({ pairs }) => pairs[0].saved)),
    churn: estimate(results.map((result) => of(result, BEFORE).fidelity!.churn.killed)),
  };
}
