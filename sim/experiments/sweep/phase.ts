import type { TimelineData } from '../../measure/timeline.ts';
import type { FaultSpec, WorldSpec } from '../../world/spec.ts';
import { SweepError } from './sweep-error.ts';

/**
 * How a design takes a trigger (the scheduled faults that end), from three runs of one world and seed: as it is, without
 * the trigger (calm), and with a total outage of every service in its place. By the terms of Bronson et al., Metastable
 * Failures in Distributed Systems (HotOS 2021), and Huang et al., Metastable Failures in the Wild (OSDI 2022):
 *
 * - `stable`: it recovers, even from the outage;
 * - `vulnerable`: it recovers from this trigger, but stays down after the outage;
 * - `metastable`: it stays down after the trigger is gone, though without it it is healthy;
 * - `overloaded`: it is not healthy even without the trigger.
 *
 * The answers belong to one end of the run: what takes longer than the run lasts "stays down".
 */
export const PHASES = ['stable', 'vulnerable', 'metastable', 'overloaded'] as const;
export type Phase = (typeof PHASES)[number];

/** What brings a design down, and when it is over. Nanoseconds. */
export interface Trigger {
  readonly from: number;
  readonly until: number;
  /** The places of the faults that it is made of. */
  readonly faults: readonly string[];
}

/** Buckets of the timelines that are compared, and how many of them make one look. */
export const PHASE_BUCKETS = 200;
const LOOK = 4;
/** Share of the requests that a healthy design serves, and share of the calm run's goodput that is a recovery. */
const HEALTHY = 0.9;
/** Standard deviations of a count that chance may take from it. */
const CHANCE = 3;

/** The trigger of a world: every scheduled fault that ends before the run does. Throws `SweepError` if there is none. */
export function triggerOf(world: WorldSpec): Trigger {
  const faults = world.faults.filter((fault) => endOf(fault) < world.duration);
  if (faults.length === 0) {
    throw new SweepError('--phases needs a trigger: a fault with `at` and `for` that is over before the run is');
  }
  const from = Math.min(...faults.map(({ timing }) => (timing.kind === 'once' ? timing.at : 0)));
  const until = Math.max(...faults.map(endOf));
  if (world.duration - until < ((LOOK + 1) * world.duration) / PHASE_BUCKETS) {
    throw new SweepError('--phases: the run ends so soon after the trigger that no recovery could be seen');
  }
  return { from, until, faults: faults.map(({ name }) => name) };
}

/** When a scheduled fault is over; never, of one that strikes at random. */
function endOf({ timing }: FaultSpec): number {
  return timing.kind === 'once' ? timing.at + timing.length : Infinity;
}

/** The world without its trigger. */
export function calmWorld(world: WorldSpec, { faults }: Trigger): WorldSpec {
  return { ...world, faults: world.faults.filter(({ name }) => !faults.includes(name)) };
}

/** The world with every instance frozen for as long as its trigger lasts, in the trigger's place. */
export function outageWorld(world: WorldSpec, trigger: Trigger): WorldSpec {
  const { from, until } = trigger;
  const outages = world.services.map(({ name }): FaultSpec => ({
    name: `outage of ${name}`,
    timing: { kind: 'once', at: from, length: until - from },
    act: { kind: 'freeze', service: name, instances: 'all' },
  }));
  const calm = calmWorld(world, trigger);
  return { ...calm, faults: [...calm.faults, ...outages] };
}

/** How one run of a design went on once the trigger was gone. Null: it stayed down. */
export interface PhaseFigures {
  readonly phase: Phase;
  /** From the end of the trigger until goodput is, and stays, that of the calm run. */
  readonly recoveryMs: number | null;
  /** The same after the outage. */
  readonly outageRecoveryMs: number | null;
  /** 1 if it stays down after the trigger, else 0: over seeds, the share of them. */
  readonly staysDown: number;
  /** Share of the requests that it serves without the trigger, from the moment on when the trigger would be over. */
  readonly calmSuccess: number;
}

/** The phase of a design from the timelines of its three runs. */
export function phaseOf(
  runs: { readonly hit: TimelineData; readonly calm: TimelineData; readonly outage: TimelineData },
  { until }: Trigger,
): PhaseFigures {
  const first = -Math.floor(-until / runs.calm.step);
  const calmSuccess = sum(runs.calm.series['served'], first) / sum(runs.calm.series['offered'], first);
  const recoveryMs = recovery(runs.hit, runs.calm, first, until);
  const outageRecoveryMs = recovery(runs.outage, runs.calm, first, until);
  const staysDown = recoveryMs === null ? 1 : 0;
  return {
    phase: phase(calmSuccess, recoveryMs, outageRecoveryMs),
    recoveryMs,
    outageRecoveryMs,
    staysDown,
    calmSuccess,
  };
}

function phase(calmSuccess: number, recoveryMs: number | null, outageRecoveryMs: number | null): Phase {
  if (!(calmSuccess >= HEALTHY)) return 'overloaded';
  if (recoveryMs === null) return 'metastable';
  return outageRecoveryMs === null ? 'vulnerable' : 'stable';
}

function sum(series: readonly number[], from: number, to = series.length): number {
  let total = 0;
  for (let i = from; i < to; i++) total += series[i];
  return total;
}

/** Milliseconds after `until` from which on every look finds the calm run's goodput again; null if the last does not. */
function recovery(run: TimelineData, calm: TimelineData, first: number, until: number): number | null {
  const served = run.series['served'];
  const calmServed = calm.series['served'];
  let recovered: number | null = null;
  for (let i = served.length - LOOK; i >= first; i--) {
    const expected = sum(calmServed, i, i + LOOK);
    // Counts of two runs differ by chance, where few requests come in a look by much.
    if (sum(served, i, i + LOOK) < HEALTHY * expected - CHANCE * Math.sqrt(expected)) break;
    recovered = i;
  }
  return recovered === null ? null : Math.max(0, recovered * run.step - until) / 1e6;
}
