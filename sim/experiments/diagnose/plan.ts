import type { Registry } from '../../controllers/registry.ts';
import { layerNames } from '../../scenario/scenario.ts';
import type { DesignSpec, Scenario } from '../../scenario/scenario.ts';
import { AblationError, isClosedLoop } from '../ablate/plan.ts';
import { seedJob, seedsOf } from '../run.ts';
import type { SeedJob } from '../seed-job.ts';
import { sharedTasks } from '../seed-runs.ts';
import { ALL_MODES, modesIn } from './modes.ts';
import type { ModeSet } from './modes.ts';
import { withoutModes } from './without-modes.ts';

/** What of a diagnosis is chosen; everything has a default. */
export interface DiagnoseOptions {
  /** The scenario's first unless given. */
  readonly design?: DesignSpec;
  /** The scenario's seed and replications unless given. */
  readonly seeds?: readonly string[];
  /** Whether each layer is diagnosed by itself too; yes unless given. */
  readonly eachLayer?: boolean;
}

/** What the modes are removed from, and by the set of modes that are, the name of the design that is left. */
export interface Subject {
  /** Null for the whole design. */
  readonly layer: string | null;
  readonly designs: readonly string[];
}

/** What a diagnosis runs: known before anything is. */
export interface DiagnosisPlan {
  readonly scenario: Scenario;
  readonly design: DesignSpec;
  readonly subjects: readonly Subject[];
  readonly references: boolean;
  readonly jobs: readonly SeedJob[];
  /** Runs that one seed takes. */
  readonly runsOfSeed: number;
}

/** Throws `AblationError` for a design without layers. */
export function planDiagnosis(scenario: Scenario, registry: Registry, options: DiagnoseOptions = {}): DiagnosisPlan {
  const { design = scenario.designs[0], seeds = seedsOf(scenario.seed, scenario.replications) } = options;
  const layers = layerNames(design);
  if (layers.length === 0) throw new AblationError(`\`${design.name}\` has no layer that could be at fault`);
  const references = !isClosedLoop(scenario);
  // One layer alone is the whole design.
  const single = options.eachLayer === false || layers.length === 1 ? [] : layers;
  const designs = new Map<string, DesignSpec>([[contentOf(design), design]]);
  const subjects = [null, ...single].map((layer): Subject => {
    const names: string[] = [];
    for (let removed: ModeSet = 0; removed <= ALL_MODES; removed++) {
      const changed = withoutModes(design, modesIn(removed), layer, scenario.world, registry);
      const content = contentOf(changed);
      if (!designs.has(content)) designs.set(content, { ...changed, name: nameOf(design, removed, layer) });
      names.push(designs.get(content)!.name);
    }
    return { layer, designs: names };
  });
  const measured = { references, verdicts: false };
  const jobs = seeds.map((seed) => ({ ...seedJob(scenario, [...designs.values()], seed, measured), pairs: [] }));
  return { scenario, design, subjects, references, jobs, runsOfSeed: sharedTasks(jobs[0]).length };
}

/** What a design is made of: two that are made of the same are one, and run once. */
function contentOf({ edges, autoscalers, pushes }: DesignSpec): string {
  return JSON.stringify({ edges, autoscalers, pushes }, (_key, value: unknown) =>
    value === Infinity ? 'Infinity' : value,
  );
}

function nameOf({ name }: DesignSpec, removed: ModeSet, layer: string | null): string {
  return `${name}, without ${modesIn(removed).join(' ')}${layer === null ? '' : ` of ${layer}`}`;
}
