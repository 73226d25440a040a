import type { Registry } from '../../controllers/registry.ts';
import { Stream } from '../../kernel/random.ts';
import { reduceDesign } from '../../scenario/reduce-design.ts';
import { BARE, layerNames } from '../../scenario/scenario.ts';
import type { DesignSpec, Scenario } from '../../scenario/scenario.ts';
import { needsVerdicts } from '../check.ts';
import { seedJob, seedsOf } from '../run.ts';
import type { SeedJob } from '../seed-job.ts';
import { sharedTasks } from '../seed-runs.ts';
import type { CostOf } from './measures.ts';
import type { Objective } from './objective.ts';
import { objectiveOf } from './objective.ts';
import { SampledAttribution } from './sampled-shapley.ts';
import { bitOf, ExactAttribution, MOST_PLAYERS, pairsOf } from './shapley.ts';
import type { Attribution, Coalition } from './shapley.ts';

/** What of an ablation is chosen; everything has a default. */
export interface AblateOptions {
  /** The design whose layers are removed; the scenario's first unless given. */
  readonly design?: DesignSpec;
  /** The scenario's seed and replications unless given. */
  readonly seeds?: readonly string[];
  /** Such as `success >= 99.5%`; all must hold. The scenario's own, or a default, unless given. */
  readonly objective?: readonly string[];
  /** Above 8 layers: Williams squares of sampled orders. As many as stay below about 500 designs unless given. */
  readonly squares?: number;
  /** What a run costs in a unit of the user's own: one more measure. */
  readonly costOf?: CostOf;
}

/** Up to so many layers every subset is run. */
export const MOST_EXACT = 8;

/** About so many designs a seed where subsets are sampled. */
const SAMPLED_DESIGNS = 500;

/** A design that has too few layers to remove, or too many. */
export class AblationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AblationError';
  }
}

/** What an ablation runs: known before anything is. */
export interface AblationPlan {
  readonly scenario: Scenario;
  readonly design: DesignSpec;
  readonly layers: readonly string[];
  readonly attribution: Attribution;
  /** By coalition of layers, the design that has these alone; the empty one is `bare`. */
  readonly designs: ReadonlyMap<Coalition, DesignSpec>;
  /** The design, then those without one layer and without two: what the kills need. */
  readonly removals: readonly DesignSpec[];
  readonly objective: Objective;
  readonly references: boolean;
  readonly jobs: readonly SeedJob[];
  /** Runs that one seed takes. */
  readonly runsOfSeed: number;
  readonly costOf: CostOf | undefined;
}

/** Throws `AblationError`, `ObjectiveError`. */
export function planAblation(scenario: Scenario, registry: Registry, options: AblateOptions = {}): AblationPlan {
  const { design = scenario.designs[0], seeds = seedsOf(scenario.seed, scenario.replications) } = options;
  const layers = layerNames(design);
  const n = layers.length;
  if (n === 0) throw new AblationError(`\`${design.name}\` has no layer that could be removed`);
  if (n > MOST_PLAYERS) throw new AblationError(`\`${design.name}\` has ${n} layers; at most ${MOST_PLAYERS}`);
  const references = !isClosedLoop(scenario);
  const objective = objectiveOf(scenario, design.name, options.objective ?? [], references);
  const attribution = n <= MOST_EXACT ? new ExactAttribution(n) : sample(n, scenario.seed, options.squares);
  const whole = (1 << n) - 1;
  const withoutFew = [
    ...layers.map((_, i) => whole & ~bitOf(i)),
    ...pairsOf(n).map(([a, b]) => whole & ~(bitOf(a) | bitOf(b))),
  ];
  const designs = new Map<Coalition, DesignSpec>();
  for (const coalition of [whole, ...withoutFew, ...attribution.coalitions]) {
    if (!designs.has(coalition)) designs.set(coalition, withOnly(design, layers, coalition, registry));
  }
  const bare = designs.get(0) ?? withOnly(design, layers, 0, registry);
  const run = [...designs.values()].filter((one) => !references || one !== bare);
  const verdicts = objective.lines.some((line) => needsVerdicts(line));
  const jobs = seeds.map((seed): SeedJob => ({
    ...seedJob(scenario, run, seed, { references, verdicts }),
    bare,
    pairs: [],
  }));
  return {
    scenario,
    design,
    layers,
    attribution,
    designs,
    removals: [whole, ...withoutFew].map((coalition) => designs.get(coalition)!),
    objective,
    references,
    jobs,
    runsOfSeed: sharedTasks(jobs[0]).length,
    costOf: options.costOf,
  };
}

/** Whether arrivals depend on the answers: then requests of different designs are different requests. */
export function isClosedLoop({ world }: Scenario): boolean {
  return world.traffic.some(({ arrivals }) => arrivals.kind === 'closed');
}

function sample(n: number, seed: string, squares: number | undefined): SampledAttribution {
  const ordersOfSquare = n % 2 === 0 ? n : 2 * n;
  // Each order has n coalitions of its own, and as many more for its pairs.
  const affordable = Math.max(1, Math.floor(SAMPLED_DESIGNS / (ordersOfSquare * 2 * n)));
  return new SampledAttribution(n, squares ?? affordable, new Stream(seed, 'ablation/orders'));
}

function withOnly(design: DesignSpec, layers: readonly string[], coalition: Coalition, registry: Registry): DesignSpec {
  const gone = layers.filter((_, i) => (coalition & bitOf(i)) === 0);
  if (gone.length === 0) return design;
  const reduced = reduceDesign(design, { without: gone }, registry);
  return gone.length < layers.length ? reduced : { ...reduced, name: BARE };
}
