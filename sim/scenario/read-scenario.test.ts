import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { parameterMeta } from '../controllers/parameters.ts';
import { Registry } from '../controllers/registry.ts';
import { FRESH } from '../signals/metrics.ts';
import { layerSchema } from './layers.ts';
import { valueFor } from './testing/parameter-value.ts';
import { read, SMALL } from './testing/small-scenario.ts';

const STORY = readFileSync(new URL('../../scenarios/load-balancer-chaos.yaml', import.meta.url), 'utf8');

const always = (value: number) => ({ kind: 'deterministic', value });
const layer = {
  shadow: false,
  propagateCause: false,
  metrics: FRESH,
  idealised: { latency: false, leak: false, drift: false },
  copies: 'shared',
  overhead: null,
  whenDown: 'pass',
  reconcile: Infinity,
  fallback: null,
};

describe('the story of the load balancer', () => {
  const scenario = read(STORY);

  it('is named as its file says', () => {
    expect(scenario).toMatchObject({
      name: 'load-balancer-chaos',
      file: 's.yaml',
      seed: '1',
      replications: 20,
      plugins: [],
      notes: [],
    });
    expect(scenario.about).toMatch(/^Four sensible layers, /);
  });

  it('is read into a world of nanoseconds, rates and shares, complete with every default', () => {
    expect(scenario.world).toEqual({
      duration: 300e9,
      warmup: 0,
      drain: 1e9,
      cap: 1_000_000,
      network: null,
      services: [
        {
          name: 'checkout',
          instances: { initial: 8, max: 8 },
          concurrency: 16,
          queue: { limit: 64, discipline: 'fifo', overflow: 'refuse', lifoAbove: 0, target: 5e6, interval: 100e6 },
          demand: always(1),
          noise: { kind: 'lognormal', mu: 17.840132949676054, sigma: 0.8454634740331499 },
          slowness: [1],
          coldStart: always(0),
          warmUp: { span: 0, factor: 1 },
          contention: 0,
          cancellation: 'none',
          effect: 'idempotent',
          errorRate: 0,
          wrongRate: 0,
          zones: [],
          stages: [],
          holds: 'slot',
          propagatesDeadline: false,
          dropsExpired: false,
          checkpoints: false,
          readiness: null,
        },
      ],
      traffic: [
        {
          name: 'shoppers',
          to: 'checkout',
          clients: 20,
          arrivals: { kind: 'poisson', rate: 900 },
          deadline: 1e9,
          patience: 1e9,
          classes: [],
          zone: -1,
        },
      ],
      faults: [
        {
          name: 'fault-0',
          timing: { kind: 'once', at: 60e9, length: 20e9 },
          act: { kind: 'slow', service: 'checkout', instances: [0], factor: 8, reach: 'all' },
        },
      ],
    });
  });

  it('is read into a stack, complete with every default', () => {
    expect(scenario.designs[0]).toEqual({
      name: 'layered',
      about: scenario.about,
      autoscalers: [],
      without: [],
      settings: false,
      pushes: {},
      edges: [
        {
          from: 'shoppers',
          to: 'checkout',
          layers: [
            {
              ...layer,
              name: 'balancer',
              kind: 'loadBalancer',
              policy: 'leastRequest',
              source: 'reported',
              metrics: { ...FRESH, lag: 2e9, interval: 1e9 },
              config: {
                chooses: 'instance',
                choices: 2,
                replacement: true,
                countOwnSince: false,
                discovery: 0,
                panicThreshold: 0.5,
              },
            },
            {
              ...layer,
              name: 'sidecar',
              kind: 'retry',
              policy: 'exponential',
              source: 'own',
              config: {
                tries: 2,
                perTryTimeout: 500e6,
                retryOn: ['refused', 'timedOut'],
                backoff: { base: 25e6, jitter: 'full' },
                reselect: 'own',
              },
            },
            {
              ...layer,
              name: 'limiter',
              kind: 'rateLimiter',
              policy: 'tokenBucket',
              source: 'own',
              config: { rate: 60, burst: 60, key: 'client', purpose: 'quota', refusalCost: 2 },
            },
            {
              ...layer,
              name: 'breaker',
              kind: 'circuitBreaker',
              policy: 'timeWindow',
              source: 'reported',
              metrics: { ...FRESH, lag: 3e9 },
              config: {
                key: 'instance',
                window: 10e9,
                minimumCalls: 50,
                failureRate: 0.5,
                waitOpen: 30e9,
                halfOpenCalls: 10,
                slowCallRate: 1,
                countTimeouts: true,
                countRefusals: true,
                countLimited: false,
              },
            },
          ],
        },
      ],
    });
  });

  it('has designs that change only what they say', () => {
    const changes = scenario.designs.map(({ name, without, settings }) => [name, without.join(' '), settings]);
    expect(changes).toEqual([
      ['layered', '', false],
      ['balancer-only', 'sidecar limiter breaker', false],
      ['no-balancer', 'balancer', false],
      ['no-sidecar', 'sidecar', false],
      ['no-limiter', 'limiter', false],
      ['no-breaker', 'breaker', false],
      ['propagated', '', true],
      ['fresh', '', true],
      ['by-capacity', '', true],
    ]);
    const [layered, , withoutBalancer, , , , propagated, fresh] = scenario.designs.map(({ edges }) => edges[0].layers);
    expect(withoutBalancer.map(({ name, policy }) => [name, policy])[0]).toEqual(['balancer-removed', 'random']);
    expect(withoutBalancer.slice(1)).toEqual(layered.slice(1));
    expect(propagated).toEqual(layered.map((one) => (one.name === 'breaker' ? { ...one, propagateCause: true } : one)));
    expect(fresh).toEqual(layered.map((one) => ({ ...one, metrics: FRESH })));
  });

  it('has expectations', () => {
    expect(scenario.expect).toEqual([
      {
        design: 'layered',
        against: 'balancer-only',
        that: 'killed.total >= 1%',
        path: ['killed', 'total'],
        operator: '>=',
        value: 0.01,
        ofOffered: true,
        eachSeed: false,
      },
      {
        design: 'propagated',
        against: 'bare',
        that: 'success >= 99.5%',
        path: ['success'],
        operator: '>=',
        value: 0.995,
        ofOffered: false,
        eachSeed: false,
      },
    ]);
  });

  it('is plain data, which survives a message to a worker', () => {
    expect(structuredClone(scenario)).toEqual(scenario);
  });
});

describe('a scenario', () => {
  it('without an edge for its traffic has an empty stack there', () => {
    const text = SMALL.slice(0, SMALL.indexOf('edges:'));
    expect(read(text).designs).toMatchObject([
      { name: 'layered', edges: [{ from: 'shoppers', to: 'checkout', layers: [] }] },
    ]);
  });

  it('whose client never hangs up drains as long as it lasts, and says so', () => {
    const { world, notes } = read(SMALL.replace(', deadline: 1s', ''));
    expect([world.traffic[0].deadline, world.traffic[0].patience, world.drain]).toEqual([Infinity, Infinity, 10e9]);
    expect(notes).toEqual(['`shoppers` never hangs up: the run drains for at most as long again as its duration.']);
  });

  it('has a seed of any text or number', () => {
    expect(read(`seed: spring\n${SMALL}`).seed).toBe('spring');
    expect(read(`seed: 0.5\n${SMALL}`).seed).toBe('0.5');
  });

  it('says the same when every default of every policy is written out', () => {
    for (const kind of new Registry().kinds.values()) {
      for (const policy of kind.policies) {
        const schema = layerSchema(kind, policy);
        const least: Record<string, unknown> = { name: 'x', kind: kind.name, policy: policy.name };
        const whole = { ...least };
        for (const [name, parameter] of Object.entries(schema.shape)) {
          const meta = parameterMeta(parameter as z.ZodType);
          if (meta === undefined) continue;
          if (meta.default !== undefined) whole[name] = meta.default;
          else if (!schema.shape[name].safeParse(undefined).success) {
            least[name] = whole[name] = valueFor(meta);
          }
        }
        expect(schema.parse(least), `${kind.name}.${policy.name}`).toEqual(schema.parse(whole));
      }
    }
  });
});
