import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunFigures } from '../measure/figures.ts';
import { estimate } from '../measure/statistics.ts';
import type { QueueTask, Replication } from './testing/queue-worker.ts';

/**
 * Networks of queues whose means are known, through the public path. Rates are a millisecond, times milliseconds. Each mean
 * is over independent replications, with Student's interval.
 */

const REPLICATIONS = 12;
const CONFIDENCE = 0.999;

const pool = new Tinypool({
  filename: fileURLToPath(new URL('testing/queue-worker.source.mjs', import.meta.url)),
  maxThreads: Math.min(2, availableParallelism()),
});
afterAll(() => pool.destroy());

/** A station with one server, or with more servers than can ever be needed. */
const station = (rate: number, concurrency = 1): object => ({
  instances: 1,
  concurrency,
  serviceTime: { exponential: `${1 / rate}ms` },
});
const MANY = 10_000;
/** A front that takes no time and has room for all: only what it calls counts. */
const front = (...calls: unknown[]): object => ({ instances: 1, concurrency: MANY, serviceTime: '0ms', calls });

async function replicate(services: object, traffic: object, seconds: number, warmup = 1): Promise<RunFigures[]> {
  const scenario = {
    duration: `${warmup + seconds / REPLICATIONS}s`,
    warmup: `${warmup}s`,
    world: { services, traffic: [{ name: 'callers', to: 'front', ...traffic }] },
  };
  const tasks = Array.from({ length: REPLICATIONS }, (_, i): QueueTask => ({ scenario, seed: `network/${i}` }));
  const runs = await Promise.all(tasks.map(async (task) => (await pool.run(task)) as Replication));
  return runs.map(({ figures }) => figures);
}

const poisson = (rate: number): object => ({ arrivals: { poisson: `${rate * 1000}/s` } });

/** The known value lies inside the interval, whose half is at most so much of it that the test can fail. */
function expectMean(
  runs: readonly RunFigures[],
  value: (run: RunFigures) => number,
  known: number,
  widest = 0.02,
): void {
  const { high, low, mean } = estimate(runs.map(value), CONFIDENCE);
  const half = (high - low) / 2;
  expect(half / known).toBeLessThanOrEqual(widest);
  expect(Math.abs(mean - known)).toBeLessThanOrEqual(half);
}

const latency = ({ latencyMs }: RunFigures): number => latencyMs.mean;
const utilization =
  (name: string) =>
  ({ services }: RunFigures): number =>
    services[name].utilization;

describe('a tandem of M/M/1 queues (Jackson)', () => {
  it('at a load of 0.7 in each of three takes three times as long as one, at its mean and its 99th percentile', async () => {
    const services = { front: front('a', 'b', 'c'), a: station(1), b: station(1), c: station(1) };
    const runs = await replicate(services, poisson(0.7), 1100);
    expectMean(runs, latency, 10, 0.03);
    expectMean(runs, ({ latencyMs }) => latencyMs.p99, 28.019823049618207, 0.06);
    for (const name of ['a', 'b', 'c']) {
      expectMean(runs, utilization(name), 0.7, 0.01);
      // L = λW less what is in service.
      expectMean(runs, ({ services: { [name]: one } }) => one.queueLength, 0.7 * (1 / 0.3) - 0.7, 0.06);
    }
  });

  it('of unlike stations is the sum of each, in whatever order', async () => {
    const services = { front: front('c', 'a', 'b'), a: station(10), b: station(9), c: station(12) };
    const runs = await replicate(services, poisson(8), 120);
    expectMean(runs, latency, 1.75, 0.06);
    expectMean(runs, utilization('b'), 8 / 9, 0.01);
  });

  it('comes about too where each station calls the next and lets go of its slot', async () => {
    const services = {
      front: { ...station(1), holds: 'none', calls: ['b'] },
      b: { ...station(1), holds: 'none', calls: ['c'] },
      c: station(1),
    };
    expectMean(await replicate(services, poisson(0.6), 900), latency, 3 * (1 / 0.4));
  });
});

describe('a caller that holds its slot', () => {
  it('is an M/G/1 queue whose service lasts as long as its own work and its call together', async () => {
    const services = { front: { ...station(2.5), calls: ['b'] }, b: station(2) };
    const runs = await replicate(services, poisson(0.7), 900);
    const mean = 1 / 2.5 + 1 / 2;
    const secondMoment = 1 / 2.5 ** 2 + 1 / 2 ** 2 + mean * mean;
    expectMean(runs, latency, mean + (0.7 * secondMoment) / (2 * (1 - 0.7 * mean)));
    expectMean(runs, utilization('front'), 0.7 * mean, 0.01);
    expectMean(runs, utilization('b'), 0.7 / 2, 0.01);
  });
});

describe('a fan-out', () => {
  const harmonic = (from: number, to: number): number => {
    let sum = 0;
    for (let i = from; i <= to; i++) sum += 1 / i;
    return sum;
  };
  const of = (times: number): object[] => [{ to: 'leaf', times }];

  it.each<[string, object, number]>([
    ['all of 10 wait for the slowest: H(10)', { all: of(10) }, harmonic(1, 10)],
    ['a quorum of 7 of 10: H(10) - H(3)', { quorum: 7, of: of(10) }, harmonic(4, 10)],
    ['the first of 10: a tenth', { first: of(10) }, 1 / 10],
  ])('to servers without queues: %s', async (_name, stage, known) => {
    const runs = await replicate({ front: front(stage), leaf: station(1, MANY) }, poisson(1), 60);
    expectMean(runs, latency, known, 0.03);
    // What is hung up on is still worked on: every call is, for 1 ms on average.
    expectMean(runs, ({ services }) => services.leaf.utilization * MANY, 10, 0.03);
  });

  it('to two M/M/1 queues that all requests join: Nelson and Tantawi, (12 - ρ) / 8 of one of them', async () => {
    const services = { front: front({ all: ['a', 'b'] }), a: station(1), b: station(1) };
    const runs = await replicate(services, poisson(0.6), 900);
    expectMean(runs, latency, ((12 - 0.6) / 8) * (1 / 0.4));
  });

  it('whose unwanted calls are stopped takes no more of the servers than the first answer takes', async () => {
    const services = { front: front({ first: of(4) }), leaf: { ...station(1, MANY), cancellation: 'full' } };
    const runs = await replicate(services, poisson(1), 60);
    expectMean(runs, latency, 1 / 4);
    // Four servers for a quarter of a millisecond.
    expectMean(runs, ({ services: { leaf } }) => leaf.utilization * MANY, 1, 0.03);
  });
});

describe('a closed network, by mean value analysis', () => {
  /** Throughput and time in the system of so many clients that think for `think` between visits to stations in turn. */
  function meanValues(clients: number, think: number, demands: readonly number[]): { rate: number; time: number } {
    let queues = demands.map(() => 0);
    let rate = 0;
    let time = 0;
    for (let n = 1; n <= clients; n++) {
      const times = demands.map((demand, k) => demand * (1 + queues[k]));
      time = times.reduce((sum, one) => sum + one, 0);
      rate = n / (think + time);
      queues = times.map((one) => rate * one);
    }
    return { rate, time };
  }

  it.each([
    [1, 5],
    [4, 5],
    [12, 5],
    [30, 20],
  ])('%i clients that think for %i ms', async (clients, think) => {
    const services = { front: front('a', 'b'), a: station(1), b: station(0.8) };
    const traffic = { clients, arrivals: { closed: { thinkTime: { exponential: `${think}ms` } } } };
    const runs = await replicate(services, traffic, 700);
    const { rate, time } = meanValues(clients, think, [1, 1 / 0.8]);
    expectMean(runs, latency, time, 0.03);
    expectMean(runs, ({ goodputPerSecond }) => goodputPerSecond / 1000, rate);
    expectMean(runs, utilization('b'), rate / 0.8);
  });

  it('is as insensitive to how the clients think as theory says', async () => {
    const services = { front: front('a'), a: station(1) };
    const traffic = { clients: 6, arrivals: { closed: { thinkTime: '6ms' } } };
    const runs = await replicate(services, traffic, 400);
    expectMean(runs, latency, meanValues(6, 6, [1]).time);
  });
});
