import { describe, expect, it } from 'vitest';
import { scenarioOf, simulationOf } from './testing/simulate.ts';

/** The draws of one run are independent of each other, as they leave the simulator. */

const SEEDS = ['1', '2', '1/1', 'a seed of words'];

/** A world that is never busy, so that nothing but its draws tells one request from another. */
const SCENARIO = scenarioOf({
  duration: '30s',
  world: {
    services: {
      shop: {
        instances: 16,
        concurrency: 64,
        demand: { exponential: '2ms' },
        noise: { gamma: { shape: 3, mean: 1 } },
        errorRate: '40%',
      },
    },
    traffic: [{ name: 'shoppers', to: 'shop', clients: 40, arrivals: { poisson: '700/s' }, deadline: '5s' }],
  },
  edges: [
    {
      from: 'shoppers',
      to: 'shop',
      layers: [
        { name: 'again', kind: 'retry', tries: 2, retryOn: ['error'], backoff: { base: '50ms', jitter: 'full' } },
        { name: 'router', kind: 'loadBalancer', policy: 'random' },
      ],
    },
  ],
});

/** What was drawn for one request; NaN where there was no such draw. */
interface Drawn {
  gap: number;
  client: number;
  demand: number;
  firstNoise: number;
  secondNoise: number;
  failed: number;
  firstInstance: number;
  secondInstance: number;
  backoff: number;
}
type Name = keyof Drawn;

/** Draws of a run, by the number of the request. */
function drawnIn(seed: string): Drawn[] {
  const simulation = simulationOf(SCENARIO, { seed, measure: { verdicts: true } });
  const [service] = simulation.world.services;
  const requests: Drawn[] = [];
  let before = 0;
  simulation.measurement.follower = {
    arrived: (call) => {
      const noises = [0, 1].map((ordinal) => service.workOf(call, ordinal) / call.demand);
      requests[call.request] = {
        gap: call.arrivedAt - before,
        client: simulation.world.clientOf(call),
        demand: call.demand,
        firstNoise: noises[0],
        secondNoise: noises[1],
        failed: 0,
        firstInstance: NaN,
        secondInstance: NaN,
        backoff: NaN,
      };
      before = call.arrivedAt;
    },
    ended: () => undefined,
  };
  const ledger = simulation.ledger!;
  const { retried, selected } = ledger;
  ledger.selected = (layer, passage, target, asOf, believed) => {
    const drawn = requests[passage.call.request];
    if (Number.isNaN(drawn.firstInstance)) drawn.firstInstance = target;
    else drawn.secondInstance = target;
    selected.call(ledger, layer, passage, target, asOf, believed);
  };
  ledger.retried = (layer, passage, after, delay, hedge) => {
    const drawn = requests[passage.call.request];
    drawn.failed = 1;
    drawn.backoff = delay;
    retried.call(ledger, layer, passage, after, delay, hedge);
  };
  simulation.finish();
  return requests;
}

/** Correlation over the pairs of which both are known, in units of 1 / sqrt(n): beyond 4 one in 16,000 is. */
function correlation(pairs: readonly (readonly [number, number])[]): number {
  const known = pairs.filter(([a, b]) => !Number.isNaN(a) && !Number.isNaN(b));
  const n = known.length;
  const mean = (i: 0 | 1): number => known.reduce((sum, pair) => sum + pair[i], 0) / n;
  const [a, b] = [mean(0), mean(1)];
  let [ab, aa, bb] = [0, 0, 0];
  for (const [x, y] of known) {
    ab += (x - a) * (y - b);
    aa += (x - a) ** 2;
    bb += (y - b) ** 2;
  }
  return (ab / Math.sqrt(aa * bb)) * Math.sqrt(n);
}

const RUNS = SEEDS.map(drawnIn);
const NAMES = Object.keys(RUNS[0][0]) as Name[];

/** Pairs of names that correlate, with by how much. */
function correlated(
  pairUp: (a: Name, b: Name) => (readonly [number, number])[],
  pairs: readonly (readonly [Name, Name])[],
): string[] {
  const found = pairs.map(([a, b]) => [`${a} and ${b}`, correlation(pairUp(a, b))] as const);
  return found.filter(([, size]) => !(Math.abs(size) < 4)).map(([what, size]) => `${what}: ${size.toFixed(1)}`);
}

const DIFFERENT = NAMES.flatMap((a, i) => NAMES.slice(i + 1).map((b) => [a, b] as const));
/** `failed` is constant among those that have a backoff or a second instance. */
const PAIRS = DIFFERENT.filter(([a, b]) => a !== 'failed' || (b !== 'backoff' && b !== 'secondInstance')).filter(
  ([a, b]) => b !== 'failed' || (a !== 'backoff' && a !== 'secondInstance'),
);

describe.each(SEEDS.map((seed, i) => [seed, RUNS[i]] as const))('seed %s', (_seed, requests) => {
  it('has requests enough to tell', () => {
    expect(requests.length).toBeGreaterThan(20_000);
    expect(requests.filter(({ failed }) => failed === 1).length).toBeGreaterThan(7_000);
  });

  it('draws arrivals, clients, demands, noises, errors, choices and waits independently of each other', () => {
    expect(correlated((a, b) => requests.map((one) => [one[a], one[b]]), PAIRS)).toEqual([]);
  });

  it.each([1, 2, 7])('draws each of them independently of that of %i requests before', (lag) => {
    const lagged = (a: Name, b: Name): (readonly [number, number])[] =>
      requests.slice(lag).map((one, i) => [one[a], requests[i][b]] as const);
    expect(
      correlated(
        lagged,
        NAMES.flatMap((a) => NAMES.map((b) => [a, b] as const)),
      ),
    ).toEqual([]);
  });
});

describe('two seeds', () => {
  it('draw independently of each other', () => {
    const seeds = SEEDS.flatMap((_, i) => SEEDS.slice(i + 1).map((__, j) => [RUNS[i], RUNS[i + 1 + j]] as const));
    const same = NAMES.map((name) => [name, name] as const);
    for (const [one, other] of seeds) {
      const n = Math.min(one.length, other.length);
      const between = (a: Name, b: Name): (readonly [number, number])[] =>
        one.slice(0, n).map((drawn, i) => [drawn[a], other[i][b]] as const);
      expect(correlated(between, same)).toEqual([]);
    }
  });
});
