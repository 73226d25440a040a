import type { Scenario, Simulation, WorldSpec } from '../../../sim/index.ts';

/** What a page does with a scenario that it did not write: these bounds keep it from filling the memory or running on. */
export const LIMITS = {
  /** Instances of all services. */
  instances: 4096,
  /** Requests that are recorded. */
  recorded: 500_000,
  /** Requests of a whole run; of a longer one only the recorded stretch is run. */
  requests: 5_000_000,
  /** Requests and attempts that are open at once. */
  open: 200_000,
  /** Wall-clock time of one run, milliseconds. */
  runMs: 120_000,
} as const;

/** The scenario asks for more than a page will do. */
export class LimitError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LimitError';
  }
}

export function checkSize({ world, plugins }: Scenario): void {
  if (plugins.length > 0) {
    throw new LimitError(
      `This scenario needs plugins (${plugins.join(', ')}). The page runs no code of others: use the command line.`,
    );
  }
  const instances = world.services.reduce((sum, service) => sum + service.instances.max, 0);
  if (instances > LIMITS.instances) {
    throw new LimitError(
      `${count(instances)} instances: the page shows at most ${count(LIMITS.instances)}. The command line runs them all.`,
    );
  }
}

export function checkMemory({ world }: Simulation): void {
  const open = world.calls.live + world.jobs.live;
  if (open > LIMITS.open) {
    throw new LimitError(
      `Stopped: more than ${count(LIMITS.open)} requests are open at once, ${seconds(world.kernel.now)} into the run.`,
    );
  }
}

export function checkTime(startedAt: number): void {
  if (performance.now() - startedAt > LIMITS.runMs) {
    throw new LimitError(`Stopped after ${LIMITS.runMs / 1000} s of computing. A shorter duration would help.`);
  }
}

/** Requests a second that a world's traffic brings at its most, surges included. */
export function peakRate({ traffic, faults }: WorldSpec): number {
  const surge = faults.reduce((most, { act }) => (act.kind === 'surge' ? Math.max(most, act.factor) : most), 1);
  let rate = 0;
  for (const { arrivals } of traffic) rate += rateOf(arrivals);
  return rate * surge;
}

function rateOf(arrivals: WorldSpec['traffic'][number]['arrivals']): number {
  const { kind } = arrivals;
  if (kind === 'profile') return Math.max(...arrivals.points.map(({ rate }) => rate));
  const { rate } = arrivals as { rate?: number };
  return typeof rate === 'number' ? rate : 1000;
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}

function seconds(nanoseconds: number): string {
  return `${(nanoseconds / 1e9).toFixed(1)} s`;
}
