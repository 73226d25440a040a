import { buildDistribution } from '../../kernel/distributions/index.ts';
import { below, Stream } from '../../kernel/random.ts';
import { NEVER, wholeNanoseconds } from '../../kernel/time.ts';
import type { FaultAct, FaultSpec, WorldSpec } from '../spec.ts';
import type { SpeedChange } from '../speed-profile.ts';
import type { Surge } from '../traffic/arrivals.ts';

/** One time that a fault strikes. */
export interface Occurrence {
  readonly fault: FaultSpec;
  readonly from: number;
  /** `NEVER` if it stays. */
  readonly until: number;
  readonly act: FaultAct;
  /** The instances that it strikes, for faults of instances. */
  readonly instances: readonly number[];
}

/** When a layer's telemetry is disturbed. */
export interface TelemetryDisturbance {
  readonly from: number;
  readonly until: number;
  readonly effect: 'freeze' | 'slow' | 'lose';
  readonly lag: number;
}

/**
 * Everything that the faults of one world and seed will do, known before the run begins: what changes speeds and
 * arrivals becomes part of the profiles, the rest is a timeline of acts.
 */
export class FaultPlan {
  readonly occurrences: readonly Occurrence[];

  constructor(world: WorldSpec, seed: string) {
    const occurrences: Occurrence[] = [];
    for (const fault of world.faults) occurrences.push(...occurrencesOf(fault, world, seed));
    this.occurrences = occurrences.sort((a, b) => a.from - b.from);
  }

  speedChanges(service: string, instance: number, zone: number): SpeedChange[] {
    const changes: SpeedChange[] = [];
    for (const { act, from, until, instances } of this.occurrences) {
      if (act.kind === 'dependency' && act.service === service) {
        changes.push({ from, until, factor: act.factor, reach: 'new' });
        continue;
      }
      if (act.kind === 'zoneLoss' && act.zone === zone) {
        changes.push({ from, until, factor: 1, reach: 'crash' });
        continue;
      }
      if (!('instances' in act) || act.service !== service || !instances.includes(instance)) continue;
      if (act.kind === 'slow') changes.push({ from, until, factor: act.factor, reach: act.reach });
      if (act.kind === 'freeze') changes.push({ from, until, factor: NEVER, reach: 'all' });
      if (act.kind === 'crash') changes.push({ from, until, factor: 1, reach: 'crash' });
    }
    return changes;
  }

  surges(traffic: string): Surge[] {
    const surges: Surge[] = [];
    for (const { act, from, until } of this.occurrences) {
      if (act.kind === 'surge' && act.traffic === traffic) surges.push({ from, until, factor: act.factor });
    }
    return surges;
  }

  telemetry(layer: string): TelemetryDisturbance[] {
    const disturbances: TelemetryDisturbance[] = [];
    for (const { act, from, until } of this.occurrences) {
      if (act.kind === 'telemetry' && act.layer === layer) {
        disturbances.push({ from, until, effect: act.effect, lag: act.lag });
      }
    }
    return disturbances;
  }
}

function occurrencesOf(fault: FaultSpec, world: WorldSpec, seed: string): Occurrence[] {
  const { act, timing } = fault;
  const stream = new Stream(seed, `fault/${fault.name}`);
  const strike = (from: number, length: number): Occurrence => ({
    fault,
    act,
    from,
    until: length === NEVER ? NEVER : from + length,
    instances: targets(act, world, stream),
  });
  if (timing.kind === 'once') return [strike(timing.at, timing.length)];
  const between = buildDistribution(timing.between);
  const length = buildDistribution(timing.length);
  const occurrences: Occurrence[] = [];
  let time = 0;
  for (;;) {
    time += Math.max(1, wholeNanoseconds(between.sample(stream)));
    if (time >= world.duration) return occurrences;
    const occurrence = strike(time, wholeNanoseconds(length.sample(stream)));
    occurrences.push(occurrence);
    time = occurrence.until;
  }
}

function targets(act: FaultAct, world: WorldSpec, stream: Stream): number[] {
  if (!('instances' in act)) return [];
  const service = world.services.find((one) => one.name === act.service);
  if (service === undefined) return [];
  if (act.instances === 'all') return Array.from({ length: service.instances.max }, (_, i) => i);
  if (act.instances === 'any') return [below(stream, service.instances.initial)];
  return [...act.instances];
}
