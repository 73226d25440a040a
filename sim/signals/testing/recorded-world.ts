import { PHASE_SAMPLE } from '../../kernel/event-queue.ts';
import { Stream, uniform } from '../../kernel/random.ts';
import { MILLISECOND, SECOND } from '../../kernel/time.ts';
import type { Simulation } from '../../scenario/simulation.ts';
import { scenarioOf, simulationOf } from '../../testing/simulate.ts';
import type { TelemetryDisturbance } from '../../world/faults/plan.ts';
import type { Instance } from '../../world/instance.ts';
import type { Service } from '../../world/service.ts';
import { FRESH } from '../metrics.ts';
import type { MetricsSpec } from '../metrics.ts';

/** One change of a value on an instance. */
export interface Change {
  readonly time: number;
  readonly index: number;
  readonly value: number;
}

/** How long the world is looked at. */
export const LENGTH = 2 * SECOND;

/** A small busy world with faults whose every change of load is written down, and that is looked at now and then. */
export class RecordedWorld {
  readonly simulation: Simulation;
  readonly service: Service;
  /** All changes of load in their order. */
  readonly changes: Change[] = [];
  private readonly latest: number[];

  constructor(seed = '1') {
    this.simulation = simulationOf(BUSY, { seed });
    [this.service] = this.simulation.world.services;
    this.latest = this.service.instances.map(() => 0);
    this.service.loadWatchers.push(this);
  }

  loadChanged(instance: Instance): void {
    const value = instance.busy + instance.waiting;
    if (value === this.latest[instance.index]) return;
    this.latest[instance.index] = value;
    this.changes.push({ time: this.simulation.now, index: instance.index, value });
  }

  /** Runs to the end, looking at `count` moments. */
  run(count: number, look: (now: number) => void): void {
    const stream = new Stream('looks', String(count));
    for (let i = 0; i < count; i++) {
      this.simulation.ticker.at(Math.floor(uniform(stream) * LENGTH), PHASE_SAMPLE, look);
    }
    this.simulation.world.kernel.advance(LENGTH);
  }
}

const BUSY = scenarioOf({
  duration: '2s',
  world: {
    services: {
      shop: {
        instances: { initial: 2, max: 3 },
        concurrency: 2,
        queue: { limit: 6 },
        serviceTime: { exponential: '12ms' },
        cancellation: 'full',
      },
    },
    traffic: [{ name: 'shoppers', to: 'shop', arrivals: { poisson: '250/s' }, deadline: '60ms' }],
    faults: [
      { at: '700ms', for: '150ms', crash: { service: 'shop', instances: [1] } },
      { at: '1.2s', for: '200ms', slow: { service: 'shop', instances: [0], factor: 5 } },
    ],
  },
});

/** Metrics from milliseconds. */
export function metricsOf(written: Partial<Record<'lag' | 'interval' | 'window' | 'jitter', number>>): MetricsSpec {
  const metrics: Record<string, number> = {};
  for (const [name, value] of Object.entries(written)) metrics[name] = value * MILLISECOND;
  return { ...FRESH, ...metrics };
}

/** A fault of the telemetry, from milliseconds. */
export function disturbance(
  effect: TelemetryDisturbance['effect'],
  from: number,
  until: number,
  lag = 0,
): TelemetryDisturbance {
  return { effect, from: from * MILLISECOND, until: until * MILLISECOND, lag: lag * MILLISECOND };
}

/** The value of an instance at a moment: that of its last change up to then. */
export function valueAt(changes: readonly Change[], index: number, time: number): number {
  let value = 0;
  for (const change of changes) if (change.index === index && change.time <= time) value = change.value;
  return value;
}

/** Its mean over (from, until], step by step; its value where that is empty. */
export function meanOver(changes: readonly Change[], index: number, from: number, until: number): number {
  if (until <= from) return valueAt(changes, index, until);
  let area = 0;
  let at = from;
  let value = valueAt(changes, index, from);
  for (const change of changes) {
    if (change.index !== index || change.time <= from || change.time > until) continue;
    area += value * (change.time - at);
    at = change.time;
    value = change.value;
  }
  return (area + value * (until - at)) / (until - from);
}
