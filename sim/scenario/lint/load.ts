import { buildDistribution } from '../../kernel/distributions/index.ts';
import type { DistributionSpec } from '../../kernel/distributions/index.ts';
import { SECOND } from '../../kernel/time.ts';
import type { ServiceSpec, TrafficSpec, WorldSpec } from '../../world/spec.ts';

/** The rate of a source goes up, in a straight line (or at once) and to a level that it keeps for a while. */
export interface Rise {
  readonly traffic: string;
  /** What it is, in words. */
  readonly what: string;
  /** Nanoseconds from the beginning of the run. */
  readonly from: number;
  readonly to: number;
  /** Requests a second. */
  readonly low: number;
  readonly high: number;
}

/** Requests a second of a source before anything happens to it; undefined where that depends on the answers. */
export function baseRate({ arrivals }: TrafficSpec): number | undefined {
  if (arrivals.kind === 'poisson' || arrivals.kind === 'deterministic') return arrivals.rate;
  if (arrivals.kind === 'profile') return arrivals.points[0]?.rate;
  if (arrivals.kind === 'daily') return arrivals.mean;
  return arrivals.kind === 'mmpp' ? burstyMean(arrivals.states) : undefined;
}

function burstyMean(states: readonly { readonly rate: number; readonly mean: number }[]): number {
  const time = states.reduce((sum, { mean }) => sum + mean, 0);
  return states.reduce((sum, { rate, mean }) => sum + rate * mean, 0) / time;
}

/** The highest rate that the source reaches by itself. */
function ownPeak({ arrivals }: TrafficSpec): number {
  if (arrivals.kind === 'daily') return arrivals.peak;
  return arrivals.kind === 'mmpp' ? Math.max(...arrivals.states.map(({ rate }) => rate)) : 0;
}

/** The highest rate of a source, surges included. */
export function peakRate(traffic: TrafficSpec, world: WorldSpec): number | undefined {
  const base = baseRate(traffic);
  if (base === undefined) return undefined;
  return Math.max(base, ownPeak(traffic), ...risesOf(traffic, world).map(({ high }) => high));
}

/** Mean rate over the run, surges left out. */
export function meanRate(traffic: TrafficSpec, duration: number): number | undefined {
  const { arrivals } = traffic;
  if (arrivals.kind !== 'profile') return baseRate(traffic);
  const { points } = arrivals;
  let requests = points[0].rate * Math.min(points[0].at, duration);
  points.forEach(({ at, rate }, i) => {
    const next = points[i + 1] ?? { at: duration, rate };
    const end = Math.min(next.at, duration);
    if (end <= at) return;
    const rateAtEnd = next.at === at ? rate : rate + ((next.rate - rate) * (end - at)) / (next.at - at);
    requests += ((rate + rateAtEnd) / 2) * (end - at);
  });
  return requests / duration;
}

/** Every time that the rate of a source goes up. */
export function risesOf(traffic: TrafficSpec, { faults }: WorldSpec): Rise[] {
  const base = baseRate(traffic);
  if (base === undefined) return [];
  const surges = faults.flatMap(({ act, timing }): Rise[] => {
    if (act.kind !== 'surge' || act.traffic !== traffic.name || act.factor <= 1) return [];
    const at = timing.kind === 'once' ? timing.at : 0;
    return [{ traffic: traffic.name, what: 'surges', from: at, to: at, low: base, high: base * act.factor }];
  });
  return [...ramps(traffic), ...surges];
}

/** Rising stretches of a profile; those that follow each other are one. */
function ramps({ name, arrivals }: TrafficSpec): Rise[] {
  if (arrivals.kind !== 'profile') return [];
  const rises: Rise[] = [];
  arrivals.points.forEach((point, i) => {
    const next = arrivals.points[i + 1];
    if (next === undefined || next.rate <= point.rate) return;
    const last = rises.at(-1);
    const rise = { traffic: name, what: 'rises', from: point.at, to: next.at, low: point.rate, high: next.rate };
    if (last !== undefined && last.to === point.at)
      rises[rises.length - 1] = { ...rise, from: last.from, low: last.low };
    else rises.push(rise);
  });
  return rises;
}

/** Mean nanoseconds that one dispatch takes in a slot. */
export function meanServiceTime({ demand, noise, slowness }: ServiceSpec): number {
  return meanOf(demand) * meanOf(noise) * meanSlowness(slowness);
}

function meanSlowness(slowness: ServiceSpec['slowness']): number {
  if (!('length' in slowness)) return meanOf(slowness);
  return slowness.reduce((sum, factor) => sum + factor, 0) / slowness.length;
}

export function meanOf(spec: DistributionSpec): number {
  return buildDistribution(spec).mean;
}

/** Requests a second that so many instances can serve. */
export function capacityOf(service: ServiceSpec, instances: number): number {
  return (instances * service.concurrency * SECOND) / meanServiceTime(service);
}
