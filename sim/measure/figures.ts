import { MILLISECOND, MINUTE, SECOND } from '../kernel/time.ts';
import { OUTCOME_NAMES, SERVED } from '../world/outcome.ts';
import type { OutcomeName } from '../world/outcome.ts';
import type { ConflictCount } from './conflicts.ts';
import type { DecisionLedger } from './decision-ledger.ts';
import type { Cells, OneWayFlips } from './flips.ts';
import { countCells, countFlips, countKills } from './flips.ts';
import type { Histogram } from './histogram.ts';
import { WRONG_KINDS } from './layer-ledger.ts';
import type { LayerLedger, WrongKind } from './layer-ledger.ts';
import type { Measurement } from './measurement.ts';
import type { PoolMeter } from './pool-meter.ts';
import type { RequestLog } from './request-log.ts';
import type { World } from '../world/world.ts';
import type { LayerIdentity } from '../stack/layer.ts';

/** What one layer did. Null where verdicts were not asked for. */
export interface LayerFigures {
  readonly decisions: number;
  /** Wrong decisions by kind; only those that occurred. */
  readonly wrong: Partial<Record<WrongKind, number>>;
  /** Age of the state that decisions were made on; 0 for what is its own. */
  readonly stalenessMs: { readonly p50: number; readonly p99: number };
  /** Mean |believed - true| of the load of what it chose; null if it believes nothing. */
  readonly beliefError: number | null;
  readonly refusals: number;
  readonly retries: number;
  /** Answers of its own in the place of failures. */
  readonly fallbacks: number;
  /** Changes of state, and those back to the state before (flapping). */
  readonly transitions: number;
  readonly reversals: number;
  readonly decisionsPerMinute: number;
  /** Evaluations of a control loop of its own. */
  readonly loopsPerMinute: number;
  /** Share of its choices whose attempt reached the chosen instance; null if it chooses none. */
  readonly intended: number | null;
  /** Mean ready replicas above, and below, what the true demand needed; null but for autoscalers. */
  readonly overReplicas: number | null;
  readonly underReplicas: number | null;
}

export interface ServiceFigures {
  readonly utilization: number;
  /** Mean number of waiting jobs, over the service. */
  readonly queueLength: number;
  /** Mean number of ready instances. */
  readonly instances: number;
  /** Logical calls to it, dispatches of them, and dispatches for each call. */
  readonly calls: number;
  readonly dispatches: number;
  readonly amplification: number;
  /** Effects carried out after nobody waited for them any more. */
  readonly lateEffects: number;
  /** Calls that undo what a failed job had done, and those of them that failed. */
  readonly compensations: number;
  readonly compensationsFailed: number;
  readonly duplicates: number;
  readonly wastedWork: number;
}

/** The figures of one run. Counts are of the arrivals in [warmup, duration); durations are milliseconds of simulated time. */
export interface RunFigures {
  readonly digest: string;
  readonly offered: number;
  readonly outcomes: Readonly<Record<OutcomeName, number>>;
  readonly rejectedBy: Readonly<Record<string, number>>;
  /** served / offered. */
  readonly success: number;
  readonly goodputPerSecond: number;
  /** Dispatches / logical calls. */
  readonly amplification: number;
  readonly duplicates: number;
  /** Share of busy slot-time spent on work that nobody awaits any more. */
  readonly wastedWork: number;
  readonly latencyMs: {
    readonly mean: number;
    readonly p50: number;
    readonly p90: number;
    readonly p99: number;
    readonly p999: number;
    readonly max: number;
  };
  readonly waitMs: { readonly mean: number; readonly p99: number };
  readonly layers: Readonly<Record<string, LayerFigures>> | null;
  readonly conflicts: readonly ConflictCount[] | null;
  readonly services: Readonly<Record<string, ServiceFigures>>;
  readonly faults: { readonly struck: number; readonly missed: number };
  /** Attempts refused by the simulator's own cap; above 0 the overload was bounded by it. */
  readonly capped: number;
}

/** What needs the references: null members of a run's JSON without them. */
export interface FidelityFigures {
  /** Servable requests that the design served in time / servable requests; null if there is none. */
  readonly fidelity: number | null;
  readonly servable: number;
  readonly servableAtInitial: number;
  readonly cells: Cells;
  readonly killed: { readonly total: number; readonly direct: number; readonly displaced: number };
  readonly saved: number;
  readonly missed: number;
  readonly beyond: number;
  /** One-way flips by mere chance: the larger of the design's and of `bare`'s against themselves re-keyed. */
  readonly churn: OneWayFlips;
  /** Kills that re-keying the design alone revives. */
  readonly revivedByRekeying: number;
}

/** Everything that a finished simulation is read from. */
export interface FinishedRun {
  readonly world: World;
  readonly identities: readonly LayerIdentity[];
  readonly measurement: Measurement;
  readonly ledger: DecisionLedger | null;
  readonly pool: PoolMeter;
}

/** @param until where a run was cut short: how far it came; its rates and means are over [warmup, until) */
export function figuresOf(run: FinishedRun, until = run.world.spec.duration): RunFigures {
  const { measurement, world, ledger, identities, pool } = run;
  const span = until - world.spec.warmup;
  const areas = world.services.map((_, i) => pool.over(i));
  const sum = (pick: (i: number) => number): number => areas.reduce((total, _, i) => total + pick(i), 0);
  const dispatches = sum((i) => areas[i].dispatches);
  const calls = sum((i) => areas[i].calls);
  const busy = sum((i) => areas[i].busy);
  return {
    digest: measurement.digest.toString(),
    offered: measurement.offered,
    outcomes: byName(OUTCOME_NAMES, measurement.outcomes),
    rejectedBy: rejections(identities, measurement.rejectedBy),
    success: measurement.outcomes[SERVED] / measurement.offered,
    goodputPerSecond: (measurement.outcomes[SERVED] * SECOND) / span,
    amplification: calls > 0 ? dispatches / calls : 0,
    duplicates: sum((i) => areas[i].duplicates),
    wastedWork: busy > 0 ? sum((i) => areas[i].abandoned) / busy : 0,
    latencyMs: latencies(measurement.latency),
    waitMs: { mean: measurement.wait.mean / MILLISECOND, p99: measurement.wait.quantile(0.99) / MILLISECOND },
    layers: ledger === null ? null : layerFigures(identities, ledger.layers, span),
    conflicts: ledger === null ? null : ledger.conflicts.list(),
    services: serviceFigures(run, span),
    faults: { struck: world.faults.struck, missed: world.faults.missed },
    capped: world.services.reduce((total, { capped }) => total + capped, 0),
  };
}

function byName<Name extends string>(names: readonly Name[], values: ArrayLike<number>): Record<Name, number> {
  const record: Partial<Record<Name, number>> = {};
  names.forEach((name, i) => (record[name] = values[i]));
  return record as Record<Name, number>;
}

function rejections(identities: readonly LayerIdentity[], counts: Float64Array): Record<string, number> {
  const record: Record<string, number> = {};
  identities.forEach(({ name, index }) => {
    if (counts[index] > 0) record[name] = counts[index];
  });
  return record;
}

function latencies(histogram: Histogram): RunFigures['latencyMs'] {
  const at = (q: number): number => histogram.quantile(q) / MILLISECOND;
  return {
    mean: histogram.mean / MILLISECOND,
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    p999: at(0.999),
    max: histogram.max / MILLISECOND,
  };
}

export function layerFigures(
  identities: readonly LayerIdentity[],
  layers: readonly LayerLedger[],
  span: number,
): Record<string, LayerFigures> {
  const record: Record<string, LayerFigures> = {};
  for (const { index, name } of identities) {
    const row = layers[index];
    const wrong: Partial<Record<WrongKind, number>> = {};
    WRONG_KINDS.forEach((kind, i) => {
      if (row.wrong[i] > 0) wrong[kind] = row.wrong[i];
    });
    // Decisions at age 0 are not in the histogram.
    const live = row.decisions - row.unknown - row.staleness.count;
    const age = (q: number): number => row.staleness.quantileAmong(q, live) / MILLISECOND;
    record[name] = {
      decisions: row.decisions,
      wrong,
      stalenessMs: { p50: age(0.5), p99: age(0.99) },
      beliefError: row.beliefErrors === 0 ? null : row.beliefErrorSum / row.beliefErrors,
      refusals: row.refusals,
      retries: row.retries,
      fallbacks: row.fallbacks,
      transitions: row.transitions,
      reversals: row.reversals,
      decisionsPerMinute: (row.decisions * MINUTE) / span,
      loopsPerMinute: (row.loops * MINUTE) / span,
      intended: row.intended === 0 ? null : row.reached / row.intended,
      overReplicas: row.loops === 0 ? null : row.overArea / span,
      underReplicas: row.loops === 0 ? null : row.underArea / span,
    };
  }
  return record;
}

function serviceFigures(run: FinishedRun, span: number): Record<string, ServiceFigures> {
  const record: Record<string, ServiceFigures> = {};
  run.world.services.forEach(({ spec, plan }, i) => {
    const { busy, abandoned, slots, waiting, ready, calls, dispatches, duplicates, lateEffects } = run.pool.over(i);
    record[spec.name] = {
      utilization: slots > 0 ? busy / slots : 0,
      queueLength: waiting / span,
      instances: ready / span,
      calls,
      dispatches,
      amplification: calls > 0 ? dispatches / calls : 0,
      duplicates,
      lateEffects,
      compensations: plan === null ? 0 : plan.compensations,
      compensationsFailed: plan === null ? 0 : plan.compensationsFailed,
      wastedWork: busy > 0 ? abandoned / busy : 0,
    };
  });
  return record;
}

/** The references of one world and seed. */
export interface References {
  readonly bare: RequestLog;
  readonly bareRekeyed: RequestLog;
  readonly oracle: RequestLog;
  readonly servable: number;
  readonly servableAtInitial: number;
}

/** What a design did to the servable requests, and what mere chance does. */
export function fidelityOf(references: References, design: RequestLog, designRekeyed: RequestLog): FidelityFigures {
  const { bare, bareRekeyed, oracle, servable, servableAtInitial } = references;
  const cells = countCells(oracle, bare, design);
  const kills = countKills(bare, design);
  const ownChurn = countFlips(designRekeyed, design);
  const bareChurn = countFlips(bareRekeyed, bare);
  return {
    fidelity: servable === 0 ? null : (cells.sss + cells.sfs) / servable,
    servable,
    servableAtInitial,
    cells,
    killed: { total: kills.direct + kills.displaced, ...kills },
    saved: cells.sfs + cells.ffs,
    missed: cells.sff,
    beyond: cells.fss + cells.ffs,
    churn: {
      killed: Math.max(ownChurn.killed, bareChurn.killed),
      saved: Math.max(ownChurn.saved, bareChurn.saved),
    },
    revivedByRekeying: countRevived(bare, design, designRekeyed),
  };
}

function countRevived(bare: RequestLog, design: RequestLog, other: RequestLog): number {
  let revived = 0;
  for (let i = 0; i < bare.length; i++) {
    if (bare.wasServed(i) && !design.wasServed(i) && other.wasServed(i)) revived++;
  }
  return revived;
}
