import type { Registry } from '../../controllers/registry.ts';
import type { Estimate } from '../../measure/statistics.ts';
import { estimate } from '../../measure/statistics.ts';
import { SCHEMA_VERSION, VERSION } from '../../measure/version.ts';
import { BARE } from '../../scenario/scenario.ts';
import { blameOf } from '../compare.ts';
import type { Comparison } from '../compare.ts';
import { notesOf } from '../run.ts';
import { revivalsOf } from '../seed-job.ts';
import type { RevivalResult } from '../seed-job.ts';
import { mapSeeds } from '../seed-runs.ts';
import type { RunsObserver, SeedRuns, TaskRunner } from '../seed-runs.ts';
import { MEASURES, measuresOf } from './measures.ts';
import type { Measured, MeasureName } from './measures.ts';
import { meetsObjective, objectiveValues } from './objective.ts';
import type { Objective } from './objective.ts';
import { planAblation } from './plan.ts';
import type { AblateOptions, AblationPlan } from './plan.ts';
import { SampledAttribution } from './sampled-shapley.ts';
import { bitOf, pairsOf } from './shapley.ts';
import type { Coalition, Worth } from './shapley.ts';
import { minimalAmong, paretoSet } from './surfaces.ts';

/** An estimate of each measure that the runs have. */
export type Estimates = Readonly<Partial<Record<MeasureName, Estimate>>>;

/** A design with some of the layers only. */
export interface Surface {
  readonly layers: readonly string[];
  readonly figures: Estimates;
  readonly meetsObjective: boolean;
  /** It meets the objective, and without any of its layers it does not. */
  readonly minimal: boolean;
  /** No other one is better in one of `paretoMeasures` and worse in none. */
  readonly pareto: boolean;
}

/** What each layer, and each pair of them, is worth. */
export interface Ablation {
  readonly schemaVersion: string;
  readonly version: string;
  readonly scenario: string;
  readonly design: string;
  readonly seeds: readonly string[];
  readonly layers: readonly string[];
  /** Whether all subsets were run, or those of so many sampled orders. */
  readonly method: { readonly kind: 'exact' } | { readonly kind: 'sampled'; readonly orders: number };
  readonly measures: readonly MeasureName[];
  /** With all layers, with none, and the difference, which is the sum of the shares. */
  readonly whole: { readonly all: Estimates; readonly none: Estimates; readonly difference: Estimates };
  /** Shapley value of each layer, in the unit of each measure. `samplingError`: of sampled orders, half its interval. */
  readonly shares: readonly {
    readonly layer: string;
    readonly share: Estimates;
    readonly samplingError: Readonly<Partial<Record<MeasureName, number>>> | null;
  }[];
  /** Shapley interaction index of each pair: below 0 one does what the other does too, above 0 they need each other. */
  readonly interactions: readonly { readonly layers: readonly [string, string]; readonly index: Estimates }[];
  readonly objective: { readonly that: readonly string[]; readonly source: Objective['source'] };
  readonly paretoMeasures: readonly MeasureName[];
  /** Every subset that was run, the fewest layers first. */
  readonly surfaces: readonly Surface[];
  /** What the kills of the whole design need; null without references or without kills. */
  readonly blame: Comparison['blame'];
  /** Requests simulated, and runs done of those that it would take to measure every subset by itself. */
  readonly work: { readonly simulated: number; readonly runs: number; readonly runsWithoutReuse: number };
  readonly notes: readonly string[];
}

/** What is kept of one seed: plain data. */
export interface AblationSeed {
  readonly seed: string;
  readonly worths: ReadonlyMap<Coalition, Measured>;
  readonly objective: ReadonlyMap<Coalition, readonly number[]>;
  readonly revivals: RevivalResult | null;
  readonly simulated: number;
  readonly notes: readonly string[];
}

/**
 * Removes the layers and autoscalers of a design in every combination (up to 8 layers; above, along sampled orders),
 * over the same worlds, and shares out among them what all together change: in fidelity, success, goodput, p99 and cost.
 * Finds the smallest sets of layers that meet the objective, and what the kills need.
 *
 * @param runner an `InlineExecutor` (a browser), or a `PoolExecutor` (every core)
 * @returns the same whatever the runner; of fewer seeds if `observer` ends it early
 * @throws AblationError for a design without layers or with too many; ObjectiveError, UnknownFigureError for an
 *   objective that cannot be read or names a figure that no run has
 */
export async function ablate(
  scenario: AblationPlan['scenario'],
  registry: Registry,
  runner: TaskRunner,
  options: AblateOptions = {},
  observer: RunsObserver = {},
): Promise<Ablation> {
  const plan = planAblation(scenario, registry, options);
  const seeds = await mapSeeds(runner, plan.jobs, (runs) => ablateSeed(plan, runs), observer);
  return assembleAblation(plan, seeds);
}

/** What an ablation keeps of one seed's runs. */
export function ablateSeed(plan: AblationPlan, runs: SeedRuns): AblationSeed {
  const { design, removals, objective, references, costOf } = plan;
  const worths = new Map<Coalition, Measured>();
  const values = new Map<Coalition, readonly number[]>();
  const notes = new Set<string>();
  const treeOf = (name: string): object => ({ ...runs.figures(name), ...runs.fidelity(name) });
  const whole = treeOf(design.name);
  for (const [coalition, { name }] of plan.designs) {
    const figures = runs.figures(name);
    const tree = treeOf(name);
    worths.set(coalition, measuresOf(figures, runs.fidelity(name)?.fidelity ?? null, costOf));
    values.set(coalition, objectiveValues(objective, tree, whole, figures.offered));
    for (const note of notesOf(plan.scenario, figures)) if (coalition !== 0) notes.add(note);
  }
  return {
    seed: runs.seed,
    worths,
    objective: values,
    revivals: references ? revivalsOf({ designs: removals }, runs.requests) : null,
    simulated: runs.simulated,
    notes: [...notes],
  };
}

/** Puts the seeds of an ablation together. @param seeds at least one */
export function assembleAblation(plan: AblationPlan, seeds: readonly AblationSeed[]): Ablation {
  const { scenario, design, layers, attribution, objective } = plan;
  const measures = measuresIn(seeds);
  const all = (1 << layers.length) - 1;
  const perSeed = (name: MeasureName): Worth[] =>
    seeds.map(
      ({ worths }) =>
        (coalition) =>
          worths.get(coalition)![name]!,
    );
  const estimates = (value: (worth: Worth, name: MeasureName) => number): Estimates =>
    Object.fromEntries(measures.map((name) => [name, estimate(perSeed(name).map((worth) => value(worth, name)))]));
  const tables = (of: (worth: Worth) => number[]): Map<MeasureName, readonly number[][]> =>
    new Map(measures.map((name) => [name, perSeed(name).map(of)]));
  const at = (table: Map<MeasureName, readonly number[][]>, i: number): Estimates =>
    Object.fromEntries(measures.map((name) => [name, estimate(table.get(name)!.map((values) => values[i]))]));
  const shares = tables((worth) => attribution.shares(worth));
  const interactions = tables((worth) => attribution.interactions(worth));
  const paretoMeasures = measures.filter((name) => PARETO.has(name));
  return {
    schemaVersion: SCHEMA_VERSION,
    version: VERSION,
    scenario: scenario.name,
    design: design.name,
    seeds: seeds.map(({ seed }) => seed),
    layers,
    method:
      attribution instanceof SampledAttribution
        ? { kind: 'sampled', orders: attribution.orders.length }
        : { kind: 'exact' },
    measures,
    whole: {
      all: estimates((worth) => worth(all)),
      none: estimates((worth) => worth(0)),
      difference: estimates((worth) => worth(all) - worth(0)),
    },
    shares: layers.map((layer, i) => ({
      layer,
      share: at(shares, i),
      samplingError: samplingErrors(plan, seeds, measures, i),
    })),
    interactions: pairsOf(layers.length).map(([a, b], i) => ({
      layers: [layers[a], layers[b]],
      index: at(interactions, i),
    })),
    objective: { that: objective.lines.map(({ that }) => that), source: objective.source },
    paretoMeasures,
    surfaces: surfacesOf(plan, seeds, estimates, paretoMeasures),
    blame: blameOf(
      design.name,
      seeds.map(({ revivals }) => revivals),
    ),
    work: {
      simulated: seeds.reduce((sum, { simulated }) => sum + simulated, 0),
      runs: plan.runsOfSeed * seeds.length,
      runsWithoutReuse: runsWithoutReuse(plan) * seeds.length,
    },
    notes: notesOfAblation(plan, seeds),
  };
}

/** Runs of a seed if every set of layers were compared with `bare` by itself: its own, re-keyed, and the references. */
function runsWithoutReuse({ designs, references, runsOfSeed }: AblationPlan): number {
  if (!references) return runsOfSeed;
  const ofReferences = runsOfSeed - designs.size;
  return (designs.size - 1) * (2 + ofReferences) + ofReferences;
}

/** What a surface is chosen by. */
const PARETO: ReadonlySet<MeasureName> = new Set(['fidelity', 'p99Ms', 'dispatches', 'instances', 'cost']);

/** The measures that every run of every seed has. */
function measuresIn(seeds: readonly AblationSeed[]): MeasureName[] {
  const names = MEASURES.map(({ name }) => name);
  return names.filter((name) =>
    seeds.every(({ worths }) => [...worths.values()].every((one) => one[name] !== undefined)),
  );
}

/** Of sampled orders: the sampling error of a layer's shares in the means over the seeds. */
function samplingErrors(
  { attribution }: AblationPlan,
  seeds: readonly AblationSeed[],
  measures: readonly MeasureName[],
  layer: number,
): Partial<Record<MeasureName, number>> | null {
  if (!(attribution instanceof SampledAttribution)) return null;
  const mean =
    (name: MeasureName): Worth =>
    (coalition) =>
      seeds.reduce((sum, { worths }) => sum + worths.get(coalition)![name]!, 0) / seeds.length;
  return Object.fromEntries(measures.map((name) => [name, attribution.errors(mean(name))[layer]]));
}

function surfacesOf(
  { layers, designs, objective }: AblationPlan,
  seeds: readonly AblationSeed[],
  estimates: (value: (worth: Worth) => number) => Estimates,
  paretoMeasures: readonly MeasureName[],
): Surface[] {
  const figures = new Map([...designs.keys()].map((coalition) => [coalition, estimates((worth) => worth(coalition))]));
  const meeting = [...designs.keys()].filter((coalition) =>
    meetsObjective(
      objective,
      seeds.map((seed) => seed.objective.get(coalition)!),
    ),
  );
  const minimal = new Set(minimalAmong(meeting));
  const means = new Map([...figures].map(([coalition, one]) => [coalition, meansOf(one)]));
  const pareto = paretoSet(means, paretoMeasures);
  const surfaces = [...figures].map(([coalition, one]): Surface => ({
    layers: layers.filter((_, i) => (coalition & bitOf(i)) !== 0),
    figures: one,
    meetsObjective: meeting.includes(coalition),
    minimal: minimal.has(coalition),
    pareto: pareto.has(coalition),
  }));
  return surfaces.sort((a, b) => a.layers.length - b.layers.length);
}

function meansOf(estimates: Estimates): Measured {
  return Object.fromEntries(Object.entries(estimates).map(([name, { mean }]) => [name, mean]));
}

function notesOfAblation({ references, attribution, layers }: AblationPlan, seeds: readonly AblationSeed[]): string[] {
  const notes = [...new Set(seeds.flatMap((seed) => seed.notes))];
  if (!references) {
    notes.push(
      'Clients wait for their answers here, so that each design has requests of its own: no fidelity, no kills.',
    );
  }
  if (attribution instanceof SampledAttribution) {
    notes.push(
      `${layers.length} layers have too many subsets: shares and interactions are means over ${attribution.orders.length} sampled orders, minimal and best sets are among those that were run.`,
    );
  }
  return notes;
}

/** The smallest sets of layers that meet the objective; none if nothing does. */
export function minimalSurfaces({ surfaces }: Ablation): readonly Surface[] {
  return surfaces.filter(({ minimal }) => minimal);
}

/** The set of layers with the highest fidelity, or success where there are no references. */
export function bestSurface({ surfaces, measures }: Ablation): Surface {
  const by = measures.includes('fidelity') ? 'fidelity' : 'success';
  return surfaces.reduce((best, one) => (one.figures[by]!.mean > best.figures[by]!.mean ? one : best));
}

/** What a set of layers is called. */
export function nameOfSurface({ layers }: Pick<Surface, 'layers'>): string {
  return layers.length === 0 ? BARE : layers.join(' + ');
}
