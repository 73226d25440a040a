import type { Registry } from '../../controllers/registry.ts';
import type { Estimate } from '../../measure/statistics.ts';
import { estimate } from '../../measure/statistics.ts';
import { SCHEMA_VERSION, VERSION } from '../../measure/version.ts';
import { reduceDesign } from '../../scenario/reduce-design.ts';
import { layerNames } from '../../scenario/scenario.ts';
import type { DesignSpec, Scenario } from '../../scenario/scenario.ts';
import { isClosedLoop } from '../ablate/plan.ts';
import type { Ablation } from '../ablate/ablate.ts';
import type { Diagnosis } from '../diagnose/diagnose.ts';
import { runsDocument, seedJob, seedsOf } from '../run.ts';
import type { RunsDocument } from '../run.ts';
import type { DesignResult, SeedJob, SeedResult } from '../seed-job.ts';
import { complexityOf } from './complexity.ts';
import type { Complexity } from './complexity.ts';
import { mapLayers } from './layer-map.ts';
import type { MappedLayer } from './layer-map.ts';
import { MITIGATIONS } from './mitigations/index.ts';
import { ownershipOf } from './ownership.ts';
import type { Ownership } from './ownership.ts';
import { watchesOf } from './watch.ts';
import type { Watch } from './watch.ts';

/** What one change did, over the same worlds. */
export interface TriedChange {
  readonly name: string;
  readonly about: string;
  /** Null without references. */
  readonly fidelity: { readonly value: Estimate; readonly change: Estimate } | null;
  readonly success: { readonly value: Estimate; readonly change: Estimate };
  readonly p99Ms: { readonly value: Estimate; readonly change: Estimate };
  /** Three counts of the changed design together, less those of the design: below 0 it is simpler. */
  readonly complexity: number;
}

/** What an audit runs beside a diagnosis and an ablation. */
export interface AuditPlan {
  readonly scenario: Scenario;
  readonly design: DesignSpec;
  readonly registry: Registry;
  readonly changes: readonly {
    readonly kind: 'mitigation' | 'removal';
    readonly name: string;
    readonly about: string;
    readonly design: DesignSpec;
  }[];
  readonly jobs: readonly SeedJob[];
}

export interface Audit {
  readonly schemaVersion: string;
  readonly version: string;
  readonly scenario: string;
  readonly design: string;
  readonly seeds: readonly string[];
  readonly map: readonly MappedLayer[];
  readonly complexity: Complexity;
  readonly measured: RunsDocument;
  readonly diagnosis: Diagnosis | null;
  readonly mitigations: readonly TriedChange[];
  readonly removals: readonly TriedChange[];
  readonly ablation: Ablation | null;
  /** By layer; null without a cost block. */
  readonly ownership: readonly Ownership[] | null;
  readonly watch: readonly Watch[];
}

/** The design, without each of its layers, and with each mitigation, on the same seeds. */
export function planAudit(scenario: Scenario, registry: Registry, design: DesignSpec = scenario.designs[0]): AuditPlan {
  const mitigations = MITIGATIONS.flatMap(({ name, about, apply }) => {
    const changed = apply(design, scenario, registry);
    return changed === null ? [] : [{ kind: 'mitigation' as const, name, about, design: { ...changed, name } }];
  });
  const removals = layerNames(design).map((layer) => ({
    kind: 'removal' as const,
    name: layer,
    about: `Without \`${layer}\`.`,
    design: reduceDesign(design, { without: [layer] }, registry),
  }));
  const changes = [...mitigations, ...removals];
  const references = !isClosedLoop(scenario);
  const designs = [design, ...changes.map((change) => change.design)];
  const jobs = seedsOf(scenario.seed, scenario.replications).map((seed) => ({
    ...seedJob({ ...scenario, expect: [] }, designs, seed, { references, verdicts: true }),
    pairs: [],
  }));
  return { scenario, design, registry, changes, jobs };
}

/** Puts together what came of the seeds, with a diagnosis and an ablation of the same design if they were made. */
export function assembleAudit(
  { scenario, design, registry, changes }: AuditPlan,
  results: readonly SeedResult[],
  diagnosis: Diagnosis | null,
  ablation: Ablation | null,
): Audit {
  const map = mapLayers(scenario, design, registry);
  const complexity = complexityOf(design, map, registry);
  const tried = changes.map((change) => ({
    kind: change.kind,
    ...triedChange(change, results, design, complexity, scenario, registry),
  }));
  const without = (kind: string): TriedChange[] =>
    tried.filter((one) => one.kind === kind).map(({ kind: _kind, ...one }) => one);
  const measured = runsDocument(scenario, results, design.name);
  return {
    schemaVersion: SCHEMA_VERSION,
    version: VERSION,
    scenario: scenario.name,
    design: design.name,
    seeds: results.map(({ seed }) => seed),
    map,
    complexity,
    measured,
    diagnosis,
    mitigations: without('mitigation'),
    removals: without('removal'),
    ablation,
    ownership: ownerships(scenario, design, changes, results, measured),
    watch: watchesOf(measured),
  };
}

function triedChange(
  change: AuditPlan['changes'][number],
  results: readonly SeedResult[],
  design: DesignSpec,
  complexity: Complexity,
  scenario: Scenario,
  registry: Registry,
): TriedChange {
  const pairs = pairsOf(results, design, change.design);
  type Pick = (one: DesignResult) => number | null | undefined;
  const effect = (pick: Pick): { value: Estimate; change: Estimate } | null => {
    const values = pairs.map(([a, b]) => [pick(a), pick(b)] as const);
    if (values.some(([a, b]) => typeof a !== 'number' || typeof b !== 'number')) return null;
    return { value: estimate(values.map(([, b]) => b!)), change: estimate(values.map(([a, b]) => b! - a!)) };
  };
  const changed = complexityOf(change.design, mapLayers(scenario, change.design, registry), registry);
  return {
    name: change.name,
    about: change.about,
    fidelity: effect(({ fidelity }) => fidelity?.fidelity),
    success: effect(({ figures }) => figures.success)!,
    p99Ms: effect(({ figures }) => figures.latencyMs.p99)!,
    complexity: totalOf(changed) - totalOf(complexity),
  };
}

export function totalOf({ structural, operational, cognitive }: Complexity): number {
  return structural.total + operational.total + cognitive.total;
}

function ownerships(
  { costs, world }: Scenario,
  design: DesignSpec,
  changes: AuditPlan['changes'],
  results: readonly SeedResult[],
  measured: RunsDocument,
): Ownership[] | null {
  if (costs === undefined) return null;
  const removals = changes.filter(({ kind }) => kind === 'removal');
  return removals.map((removal) => {
    const effects = pairsOf(results, design, removal.design).map(([having, lacking]) => ({
      success: having.figures.success - lacking.figures.success,
      instances: instancesOf(having) - instancesOf(lacking),
    }));
    return ownershipOf(removal.name, effects, measured.offered.mean, world.duration - world.warmup, costs);
  });
}

/** Seed by seed, what came of the design and of the changed one. */
function pairsOf(
  results: readonly SeedResult[],
  design: DesignSpec,
  changed: DesignSpec,
): [DesignResult, DesignResult][] {
  return results.map(({ designs }) => {
    const find = (name: string): DesignResult => designs.find((one) => one.name === name)!;
    return [find(design.name), find(changed.name)];
  });
}

function instancesOf({ figures }: DesignResult): number {
  return Object.values(figures.services).reduce((sum, { instances }) => sum + instances, 0);
}
