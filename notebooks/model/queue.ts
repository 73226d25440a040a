import { closedForms, estimate, LAYERED, findDesign, seedsOf } from '../../sim/index.ts';
import type { Estimate } from '../../sim/index.ts';
import type { Haste, Lab } from '../lab/lab.ts';
import { read } from './runs.ts';

/** The M/M/c queue of scenarios/validation/mmc.yaml, beside Erlang's formula. Services of 1 ms. */

export interface Queue {
  readonly servers: number;
  /** Share of the servers that is busy. */
  readonly load: number;
}

/** What of a queue is compared, milliseconds and a share. */
export interface QueueFigures<Value> {
  readonly response: Value;
  readonly waits: Value;
  readonly p99: Value;
}

export function expectedQueue({ servers, load }: Queue): QueueFigures<number> {
  const arrivals = load * servers;
  const { response, waits } = closedForms.mmc(arrivals, 1, servers);
  return { response, waits, p99: closedForms.mmcResponseQuantile(arrivals, 1, servers, 0.99) };
}

/** The mean response over all loads, for a line. */
export function responseCurve(servers: number): { load: number; response: number }[] {
  return Array.from({ length: 96 }, (_, i) => {
    const load = Math.max(0.01, i / 100);
    return { load, response: expectedQueue({ servers, load }).response };
  });
}

export const REQUESTS = 40_000;
const SEEDS = 6;
const CONFIDENCE = 0.999;

/** Runs the queue over six seeds; 99.9 % intervals, as the table has them. */
export async function measureQueue(
  lab: Lab,
  text: string,
  { servers, load }: Queue,
  haste?: Haste,
): Promise<QueueFigures<Estimate>> {
  const perMs = load * servers;
  const slack = 1 - Math.sqrt(load);
  const warmup = 5 / (slack * slack);
  const scenario = read(text, 'mmc.yaml', {
    'world.traffic.callers.arrivals': { poisson: `${perMs * 1000}/s` },
    'world.services.desk.concurrency': servers,
    warmup: `${warmup.toFixed(3)}ms`,
    duration: `${(warmup + REQUESTS / perMs).toFixed(3)}ms`,
  });
  const { world, seed, plugins } = scenario;
  const design = findDesign(scenario, LAYERED)!;
  const runs = seedsOf(seed, SEEDS).map((one) =>
    lab.do('observe', { world, design, seeds: [one], plugins, timeline: 0, looks: 0 }, haste),
  );
  const observations = (await Promise.all(runs)).flat();
  const over = (value: (run: (typeof observations)[number]) => number): Estimate =>
    estimate(observations.map(value), CONFIDENCE);
  return {
    response: over(({ figures }) => figures.latencyMs.mean),
    waits: over(({ waited }) => waited),
    p99: over(({ figures }) => figures.latencyMs.p99),
  };
}

/** One figure of a queue, as theory has it and as it came out. */
export interface QueueRow {
  readonly figure: string;
  readonly theory: number;
  readonly measured: Estimate;
  readonly isInside: boolean;
}

export function queueRows(expected: QueueFigures<number>, measured: QueueFigures<Estimate>): QueueRow[] {
  const NAMES = { response: 'mean response, ms', waits: 'share that waits', p99: '99th percentile, ms' } as const;
  return (Object.keys(NAMES) as (keyof typeof NAMES)[]).map((key) => ({
    figure: NAMES[key],
    theory: expected[key],
    measured: measured[key],
    isInside: measured[key].low <= expected[key] && expected[key] <= measured[key].high,
  }));
}
