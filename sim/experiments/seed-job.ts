import type { Registry } from '../controllers/registry.ts';
import { fidelityOf, figuresOf } from '../measure/figures.ts';
import type { FidelityFigures, References, RunFigures } from '../measure/figures.ts';
import { countFlips, countKills, countRevivals } from '../measure/flips.ts';
import { runOracle } from '../measure/references/run-oracle.ts';
import { RequestLog } from '../measure/request-log.ts';
import type { DesignSpec } from '../scenario/scenario.ts';
import { BARE, ORACLE } from '../scenario/scenario.ts';
import { Simulation } from '../scenario/simulation.ts';
import type { WorldSpec } from '../world/spec.ts';

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

/** Runs one seed. A pure function of the job. */
export function runSeed(job: SeedJob, registry: Registry, onRun?: (name: string) => void): SeedResult {
  let simulated = 0;
  const run = (design: DesignSpec, rekey: string, verdicts: boolean): { figures: RunFigures; log: RequestLog } => {
    const measure = { verdicts, log: job.references, timeline: 0, trace: [] };
    const simulation = new Simulation({ world: job.world, design, seed: job.seed, rekey, measure }, registry);
    simulation.finish();
    simulated += simulation.world.arrivals;
    onRun?.(design.name);
    return { figures: figuresOf(simulation), log: simulation.log ?? new RequestLog() };
  };
  if (!job.references) {
    const designs = job.designs.map((design) => ({
      name: design.name,
      figures: run(design, '', job.verdicts).figures,
      fidelity: null,
    }));
    return { seed: job.seed, designs, pairs: [], revivals: null, simulated };
  }
  const bare = run(job.bare, '', job.verdicts);
  const references = runReferences(job, bare.log, (rekey) => run(job.bare, rekey, false).log);
  const logs = new Map<string, RequestLog>([
    [BARE, bare.log],
    [ORACLE, references.oracle],
  ]);
  const rekeyed = new Map<string, RequestLog>();
  const designs: DesignResult[] = [
    { name: BARE, figures: bare.figures, fidelity: fidelityOf(references, bare.log, references.bareRekeyed) },
  ];
  for (const design of job.designs) {
    const own = run(design, '', job.verdicts);
    const other = run(design, REKEY, false).log;
    logs.set(design.name, own.log);
    rekeyed.set(design.name, other);
    designs.push({ name: design.name, figures: own.figures, fidelity: fidelityOf(references, own.log, other) });
  }
  const pairs = job.pairs.map(([design, against]) => pairOf(design, against, logs));
  return { seed: job.seed, designs, pairs, revivals: revivalsOf(job, logs, rekeyed), simulated };
}

/** The text by which the draws of a design are re-keyed for its churn floor. */
export const REKEY = '/again';

function runReferences(job: SeedJob, bare: RequestLog, rerun: (rekey: string) => RequestLog): References {
  const oracle = runOracle(job.world, job.bare.edges, job.seed, 'max');
  const fixed = job.world.services.every(({ instances }) => instances.initial === instances.max);
  const initial = fixed ? oracle : runOracle(job.world, job.bare.edges, job.seed, 'initial');
  return {
    bare,
    bareRekeyed: rerun(REKEY),
    oracle: oracle.log,
    servable: oracle.servable,
    servableAtInitial: initial.servable,
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
function revivalsOf(
  job: SeedJob,
  logs: ReadonlyMap<string, RequestLog>,
  rekeyed: ReadonlyMap<string, RequestLog>,
): RevivalResult | null {
  const [subject] = job.designs;
  const single = job.designs.filter((design) => leavesOutOne(design, subject));
  if (single.length === 0) return null;
  const bare = logs.get(BARE)!;
  const log = logs.get(subject.name)!;
  const others = single.map(({ name }) => logs.get(name)!);
  const { kills, revived, byBoth } = countRevivals(bare, log, others);
  const byChance = countRevivals(bare, log, [rekeyed.get(subject.name)!]).revived[0];
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
  };
}

function removedBy(design: DesignSpec, subject: DesignSpec): string {
  return design.without.find((name) => !subject.without.includes(name))!;
}

function leavesOutOne(design: DesignSpec, subject: DesignSpec): boolean {
  if (design === subject || design.settings !== subject.settings) return false;
  return (
    design.without.length === subject.without.length + 1 &&
    subject.without.every((name) => design.without.includes(name))
  );
}
