import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import { afterAll, describe, expect, it } from 'vitest';
import { lognormalByMeanAndP99 } from '../kernel/distributions/index.ts';
import { MILLISECOND } from '../kernel/time.ts';
import { figuresOf } from '../measure/figures.ts';
import type { RunFigures } from '../measure/figures.ts';
import { estimate } from '../measure/statistics.ts';
import type { Estimate } from '../measure/statistics.ts';
import { finished, scenarioOf } from '../testing/simulate.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { QueueTask, Replication } from './testing/queue-worker.ts';

/**
 * Queues whose means are known, through the public path: a scenario, a simulation, its figures. Services take 1 ms on
 * average. Each mean is over independent replications, with Student's interval.
 */

const REPLICATIONS = 30;
const CONFIDENCE = 0.999;
/** The most that a mean may be off its value, however wide the interval. */
const CAP = 0.02;

const pool = new Tinypool({
  filename: fileURLToPath(new URL('testing/queue-worker.source.mjs', import.meta.url)),
  maxThreads: Math.min(2, availableParallelism()),
});
afterAll(() => pool.destroy());

/** Runs a queue often enough for so many requests in all, after `warmup` seconds that are not measured. */
async function replicate(service: object, ratePerMs: number, requests: number, warmup = 1): Promise<Replication[]> {
  const seconds = warmup + requests / REPLICATIONS / (ratePerMs * 1000);
  const scenario = {
    duration: `${seconds.toFixed(3)}s`,
    warmup: `${warmup}s`,
    world: {
      services: { desk: { instances: 1, serviceTime: { exponential: '1ms' }, ...service } },
      traffic: [{ name: 'callers', to: 'desk', arrivals: { poisson: `${ratePerMs * 1000}/s` } }],
    },
  };
  const tasks = Array.from({ length: REPLICATIONS }, (_, i): QueueTask => ({ scenario, seed: `queue/${i}` }));
  return Promise.all(tasks.map(async (task) => (await pool.run(task)) as Replication));
}

const meanOf = (replications: readonly Replication[], value: (one: Replication) => number): Estimate =>
  estimate(replications.map(value), CONFIDENCE);

/**
 * The known value lies inside the interval, its half-width capped at 2 % of the value. @param widest how much of the value
 * the interval's half may be before it is capped, so that the test can fail
 */
function expectInside({ high, low, mean }: Estimate, known: number, widest = CAP): void {
  const half = (high - low) / 2;
  expect(half / known).toBeLessThanOrEqual(widest);
  expect(Math.abs(mean - known)).toBeLessThanOrEqual(Math.min(half, CAP * known));
}

/** Probability that all of c servers are busy at a load of `erlangs`, where those who find no free one are lost. */
function erlangB(servers: number, erlangs: number): number {
  let blocking = 1;
  for (let k = 1; k <= servers; k++) blocking = (erlangs * blocking) / (k + erlangs * blocking);
  return blocking;
}

/** The same where they wait. */
function erlangC(servers: number, erlangs: number): number {
  const blocking = erlangB(servers, erlangs);
  return blocking / (1 - (erlangs / servers) * (1 - blocking));
}

describe('M/M/c: mean wait and probability of a wait', () => {
  // Where few wait, or waits are long, the interval comes below the cap only after tens of millions of requests.
  it.each([
    [1, 0.3, 1.5e6, CAP],
    [1, 0.6, 1.9e6, CAP],
    [1, 0.8, 5.2e6, CAP],
    [2, 0.3, 3e6, CAP],
    [2, 0.6, 3.3e6, CAP],
    [2, 0.8, 6e6, CAP],
    [4, 0.3, 5e6, 0.03],
    [4, 0.6, 5.2e6, CAP],
    [4, 0.8, 4e6, 0.03],
    [16, 0.6, 10e6, 0.035],
    [16, 0.8, 7e6, 0.03],
  ])('c = %i at a load of %f', async (servers, load, requests, widest) => {
    const runs = await replicate({ concurrency: servers }, load * servers, requests);
    const waits = erlangC(servers, load * servers);
    expectInside(
      meanOf(runs, ({ figures }) => figures.waitMs.mean),
      waits / (servers * (1 - load)),
      widest,
    );
    expectInside(
      meanOf(runs, ({ waited }) => waited),
      waits,
      widest,
    );
  });

  it('c = 16 at a load of 0.3: one in 22,000 waits, so only the time in the system comes below the cap', async () => {
    const runs = await replicate({ concurrency: 16 }, 0.3 * 16, 2e6);
    const waits = erlangC(16, 0.3 * 16);
    const known = waits / (16 * 0.7);
    const wait = meanOf(runs, ({ figures }) => figures.waitMs.mean);
    expect(1 / waits).toBeGreaterThan(22_000);
    expect(wait.low).toBeLessThan(known);
    expect(wait.high).toBeGreaterThan(known);
    expectInside(
      meanOf(runs, ({ figures }) => figures.latencyMs.mean),
      1 + known,
    );
  });
});

describe('M/G/1: mean wait by Pollaczek and Khinchine', () => {
  it('is half of that of exponential services where all are alike (M/D/1)', async () => {
    const runs = await replicate({ serviceTime: '1ms' }, 0.8, 2.5e6);
    expectInside(
      meanOf(runs, ({ figures }) => figures.waitMs.mean),
      0.8 / (2 * (1 - 0.8)),
    );
  });

  it('grows with the second moment of lognormal services', async () => {
    const { sigma } = lognormalByMeanAndP99(MILLISECOND, 4 * MILLISECOND);
    const load = 0.6;
    const runs = await replicate({ serviceTime: { lognormal: { mean: '1ms', p99: '4ms' } } }, load, 4e6);
    expectInside(
      meanOf(runs, ({ figures }) => figures.waitMs.mean),
      (load * Math.exp(sigma * sigma)) / (2 * (1 - load)),
    );
  });

  it('does not depend on the order of service; its spread does', async () => {
    // With services all alike even the sum of all waits of one and the same run is the same.
    const fifo = await replicate({ serviceTime: '1ms' }, 0.8, 3e5, 0);
    const lifo = await replicate({ serviceTime: '1ms', queue: { discipline: 'lifo' } }, 0.8, 3e5, 0);
    fifo.forEach(({ figures }, i) => expect(figures.waitMs.mean).toBeCloseTo(lifo[i].figures.waitMs.mean, 9));
    const exponential = await replicate({ queue: { discipline: 'lifo' } }, 0.6, 1.9e6);
    expectInside(
      meanOf(exponential, ({ figures }) => figures.waitMs.mean),
      0.6 / (1 - 0.6),
    );
    const p99 = ({ figures }: Replication): number => figures.waitMs.p99;
    expect(meanOf(lifo, p99).low).toBeGreaterThan(1.5 * meanOf(fifo, p99).high);
  });
});

describe('M/M/c/K: the share that finds no place', () => {
  it.each([
    [1, 5, 0.9],
    [4, 4, 0.8],
    [4, 10, 1.2],
  ])('c = %i, K = %i, at a load of %f', async (servers, places, load) => {
    const runs = await replicate({ concurrency: servers, queue: { limit: places - servers } }, load * servers, 1.5e6);
    const weights = [1];
    for (let k = 1; k <= places; k++) weights.push((weights[k - 1] * load * servers) / Math.min(k, servers));
    const blocked = weights[places] / weights.reduce((sum, weight) => sum + weight, 0);
    if (places === servers) expect(blocked).toBeCloseTo(erlangB(servers, load * servers), 12);
    expectInside(
      meanOf(runs, ({ figures }) => figures.outcomes.failed / figures.offered),
      blocked,
    );
    const busy = (load * servers * (1 - blocked)) / servers;
    expectInside(
      meanOf(runs, ({ figures }) => figures.services.desk.utilization),
      busy,
    );
  });
});

describe('contention', () => {
  it('bounds the throughput of c slots to c / (1 + contention (c - 1))', async () => {
    const throughput = async (concurrency: number, contention: number): Promise<Estimate> => {
      const runs = await replicate({ concurrency, contention, queue: { limit: 20 } }, 3 * concurrency, 6e5);
      return meanOf(runs, ({ figures }) => figures.goodputPerSecond / 1000);
    };
    expectInside(await throughput(4, 0), 4);
    expectInside(await throughput(4, 0.5), 4 / 2.5);
    // As one processor that is shared: four at once are no faster than one after the other.
    expectInside(await throughput(4, 1), 1);
  });

  it('does not slow down what is alone', async () => {
    const [{ figures }] = await replicate({ concurrency: 4, contention: 5, serviceTime: '1ms' }, 0.0001, 30);
    expect(figures.latencyMs.max).toBe(1);
  });
});

/** The figures of one run of the shop of one desk. */
function figuresFor(arrivals: object, service: object = { serviceTime: '1ms' }): RunFigures {
  const scenario: Scenario = scenarioOf({
    duration: '10s',
    world: {
      services: { desk: { instances: 1, ...service } },
      traffic: [{ name: 'callers', to: 'desk', arrivals, deadline: '1s' }],
    },
  });
  return figuresOf(finished(scenario));
}

describe('D/D/1', () => {
  it('never waits below, nor at, its capacity: who comes as another leaves is served at once', () => {
    for (const rate of [999, 1000]) {
      const { latencyMs, offered, success, waitMs } = figuresFor({ deterministic: `${rate}/s` });
      expect([success, waitMs.mean, latencyMs.mean, latencyMs.max]).toEqual([1, 0, 1, 1]);
      expect(offered).toBe(10 * rate - 1);
    }
  });

  it('above its capacity waits longer with each request', () => {
    // The k-th of 1250 a second comes at 0.8 k ms and is served from k - 0.2 ms on: it waits 0.2 (k - 1) ms.
    const { offered, waitMs } = figuresFor({ deterministic: '1250/s' }, { serviceTime: '1ms' });
    expect(offered).toBe(12_499);
    // All but those of the last second's deadline: who waits more than 999 ms hangs up.
    expect(waitMs.mean).toBeCloseTo((0.2 * 4995) / 2, 0);
  });
});

describe('an idle system', () => {
  it('answers the one request that comes in its own service time', () => {
    const { amplification, latencyMs, offered, services, success, waitMs } = figuresFor({ deterministic: '0.11/s' });
    expect({ offered, success, amplification }).toEqual({ offered: 1, success: 1, amplification: 1 });
    expect([latencyMs.mean, latencyMs.p50, latencyMs.max, waitMs.mean]).toEqual([1, 1, 1, 0]);
    expect(services.desk).toMatchObject({ utilization: 1e-4, queueLength: 0, instances: 1, dispatches: 1 });
  });

  it('without any request has nothing to show, and says so', () => {
    const { latencyMs, offered, outcomes, services, success } = figuresFor({ deterministic: '0.001/s' });
    expect(offered).toBe(0);
    expect(Object.values(outcomes).every((count) => count === 0)).toBe(true);
    expect([success, latencyMs.mean, latencyMs.p99]).toEqual([NaN, NaN, NaN]);
    expect(services.desk).toMatchObject({ wastedWork: 0, utilization: 0, queueLength: 0 });
  });
});
