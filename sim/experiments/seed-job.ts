import type { Registry } from '../controllers/registry.ts';
import { fidelityOf } from '../measure/figures.ts';
import type { FidelityFigures, References, RunFigures } from '../measure/figures.ts';
import { countFlips, countKills, countRevivals, countRevivedOnlyBy } from '../measure/flips.ts';
import { RequestLog } from '../measure/request-log.ts';
import type { DesignSpec } from '../scenario/scenario.ts';
import { BARE, ORACLE } from '../scenario/scenario.ts';
import type { WorldSpec } from '../world/spec.ts';
import { isClosedLoop } from './closed-loop.ts';
import { doTask, REKEY } from './seed-task.ts';
import type { SeedTask, SeedTaskResult } from './seed-task.ts';
import { takeAll } from './steps.ts';

/** Everything that is to be run and measured of one seed, as plain data. */
export interface SeedJob {
  readonly world: WorldSpec;
  readonly bare: DesignSpec;
  readonly designs: readonly DesignSpec[];
  readonly seed: string;
  /** Run `bare`, the oracle and the re-keyed runs, for fidelity and kills. */
  readonly references: boolean;
  /** Judge every decision. */
  readonly verdicts: boolean;
  /** Pairs (design, against) whose one-way flips are wanted beside those against `bare`. */
  readonly pairs: readonly (readonly [string, string])[];
  /** Modules of the user that the designs need. */
  readonly plugins: readonly string[];
}

/** A design's run over one seed. */
export interface DesignResult {
  readonly name: string;
  readonly figures: RunFigures;
  /** Null without references. */
  readonly fidelity: FidelityFigures | null;
}

/** One-way flips between two designs of one seed. */
export interface PairResult {
  readonly design: string;
  readonly against: string;
  readonly killed: { readonly total: number; readonly direct: number; readonly displaced: number };
  readonly saved: number;
}

/** Of a design's kills, how many come back when layers are removed. */
export interface RevivalResult {
  readonly kills: number;
  /** Kills that re-keying alone revives. */
  readonly byChance: number;
  /** By layer that is removed alone. */
  readonly without: Readonly<Record<string, number>>;
  /** Kills that removing either of two layers revives: they needed both. */
  readonly needBoth: readonly { readonly layers: readonly [string, string]; readonly count: number }[];
  /**
   * Kills that only removing both of two layers revives: either of them suffices. `byChance` of them come back by
   * re-keying alone. Of the pairs that a design leaves out together.
   */
  readonly eitherSuffices: readonly {
    readonly layers: readonly [string, string];
    readonly count: number;
    readonly byChance: number;
  }[];
}

export interface SeedResult {
  readonly seed: string;
  /** `bare` first where there are references. */
  readonly designs: readonly DesignResult[];
  readonly pairs: readonly PairResult[];
  /** Of the first design; null without references or designs that leave out one layer. */
  readonly revivals: RevivalResult | null;
  /** Requests simulated, all runs together. */
  readonly simulated: number;
}

/** Names of the tasks of a seed that belong to no design. */
const ORACLE_AT_INITIAL = `${ORACLE}, initial instances`;

/** The runs that a seed takes, in the order of its designs. */
export function tasksOf(job: SeedJob): SeedTask[] {
  const { world, seed, plugins, references } = job;
  if (references && isClosedLoop(world)) {
    return [job.bare, ...job.designs].map((design) => ({
      id: design.name,
      kind: 'closed',
      world,
      seed,
      plugins,
      design,
      bare: job.bare,
      verdicts: job.verdicts,
    }));
  }
  const run = (design: DesignSpec, rekey: string, verdicts: boolean): SeedTask => ({
    id: design.name + rekey,
    kind: 'design',
    world,
    seed,
    plugins,
    design,
    rekey,
    verdicts,
    log: references,
  });
  const designs = (references ? [job.bare, ...job.designs] : job.designs).map((design) => {
    const own = run(design, '', job.verdicts);
    return references ? [own, run(design, REKEY, false)] : [own];
  });
  if (!references) return designs.flat();
  const oracle: SeedTask = {
    id: ORACLE,
    kind: 'oracle',
    world,
    seed,
    plugins,
    edges: job.bare.edges,
    instances: 'max',
  };
  const fixed = world.services.every(({ instances }) => instances.initial === instances.max);
  const initial: SeedTask[] = fixed ? [] : [{ ...oracle, id: ORACLE_AT_INITIAL, instances: 'initial' }];
  return [oracle, ...initial, ...designs.flat()];
}

/** Runs one seed. A pure function of the job. @param onRun is told the name of each run that has finished */
export function runSeed(job: SeedJob, registry: Registry, onRun?: (name: string) => void): SeedResult {
  const results = new Map<string, SeedTaskResult>();
  for (const task of tasksOf(job)) {
    results.set(task.id, takeAll(doTask(task, registry)));
    onRun?.(task.id);
  }
  return assembleSeed(job, results);
}

/** Puts together what came of the tasks of a seed, by their ids. */
export function assembleSeed(job: SeedJob, results: ReadonlyMap<string, SeedTaskResult>): SeedResult {
  let simulated = 0;
  for (const result of results.values()) simulated += result.simulated;
  const figuresOf = (design: DesignSpec): RunFigures => results.get(design.name)!.figures!;
  if (!job.references) {
    const designs = job.designs.map((design) => ({ name: design.name, figures: figuresOf(design), fidelity: null }));
    return { seed: job.seed, designs, pairs: [], revivals: null, simulated };
  }
  if (isClosedLoop(job.world)) {
    // What one design's arrivals are, no other design's are: nothing is compared request by request.
    const designs = [job.bare, ...job.designs].map((design): DesignResult => ({
      name: design.name,
      figures: figuresOf(design),
      fidelity: results.get(design.name)!.fidelity,
    }));
    return { seed: job.seed, designs, pairs: [], revivals: null, simulated };
  }
  const logs = new Map<string, RequestLog>();
  for (const [id, { log }] of results) if (log !== null) logs.set(id, RequestLog.fromBytes(log));
  const references = referencesOf(results, logs);
  const designs = [job.bare, ...job.designs].map((design): DesignResult => {
    const fidelity = fidelityOf(references, logs.get(design.name)!, logs.get(design.name + REKEY)!);
    return { name: design.name, figures: figuresOf(design), fidelity };
  });
  const pairs = job.pairs.map(([design, against]) => pairOf(design, against, logs));
  return { seed: job.seed, designs, pairs, revivals: revivalsOf(job, logs), simulated };
}

export function referencesOf(
  results: ReadonlyMap<string, SeedTaskResult>,
  logs: ReadonlyMap<string, RequestLog>,
): References {
  const oracle = results.get(ORACLE)!;
  return {
    bare: logs.get(BARE)!,
    bareRekeyed: logs.get(BARE + REKEY)!,
    oracle: logs.get(ORACLE)!,
    servable: oracle.servable,
    servableAtInitial: (results.get(ORACLE_AT_INITIAL) ?? oracle).servable,
  };
}

function pairOf(design: string, against: string, logs: ReadonlyMap<string, RequestLog>): PairResult {
  const own = logs.get(design)!;
  const other = logs.get(against)!;
  const { direct, displaced } = countKills(other, own);
  return {
    design,
    against,
    killed: { total: direct + displaced, direct, displaced },
    saved: countFlips(own, other).killed,
  };
}

/** What removing single layers does to the kills of the first design. */
export function revivalsOf(job: Pick<SeedJob, 'designs'>, logs: ReadonlyMap<string, RequestLog>): RevivalResult | null {
  const [subject] = job.designs;
  const single = job.designs.filter((design) => leftOutBy(design, subject)?.length === 1);
  if (single.length === 0) return null;
  const bare = logs.get(BARE)!;
  const log = logs.get(subject.name)!;
  const others = single.map(({ name }) => logs.get(name)!);
  const { kills, revived, byBoth } = countRevivals(bare, log, others);
  const byChance = countRevivals(bare, log, [logs.get(subject.name + REKEY)!]).revived[0];
  const without: Record<string, number> = {};
  single.forEach((design, i) => (without[removedBy(design, subject)] = revived[i]));
  return {
    kills,
    byChance,
    without,
    needBoth: byBoth.map(([a, b, count]) => ({
      layers: [removedBy(single[a], subject), removedBy(single[b], subject)] as const,
      count,
    })),
    eitherSuffices: eitherSuffices(job, single, logs),
  };
}

/** Of each design that leaves out two layers, the kills that neither alone revives. */
function eitherSuffices(
  job: Pick<SeedJob, 'designs'>,
  single: readonly DesignSpec[],
  logs: ReadonlyMap<string, RequestLog>,
): RevivalResult['eitherSuffices'] {
  const [subject] = job.designs;
  const bare = logs.get(BARE)!;
  const log = logs.get(subject.name)!;
  return job.designs.flatMap((design) => {
    const layers = leftOutBy(design, subject);
    if (layers?.length !== 2) return [];
    const alone = single.filter((one) => layers.includes(removedBy(one, subject)));
    if (alone.length !== 2) return [];
    const aloneLogs = alone.map(({ name }) => logs.get(name)!);
    const count = countRevivedOnlyBy(logs.get(design.name)!, aloneLogs, bare, log);
    const byChance = countRevivedOnlyBy(logs.get(subject.name + REKEY)!, aloneLogs, bare, log);
    return [{ layers: [layers[0], layers[1]] as const, count, byChance }];
  });
}

function removedBy(design: DesignSpec, subject: DesignSpec): string {
  return leftOutBy(design, subject)![0];
}

/** The layers that a design leaves out of another; undefined if that is not all that it changes. */
function leftOutBy(design: DesignSpec, subject: DesignSpec): string[] | undefined {
  if (design === subject || design.settings !== subject.settings) return undefined;
  if (!subject.without.every((name) => design.without.includes(name))) return undefined;
  return design.without.filter((name) => !subject.without.includes(name));
}
