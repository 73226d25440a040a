import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { PrequalLatency } from './prequal-latency.ts';

it('takes the median of requests that arrived with as many in flight', () => {
  const latency = new PrequalLatency(16, 3);
  for (const ms of [10, 30, 20]) latency.record(2, ms);
  for (const ms of [90, 80, 100]) latency.record(7, ms);
  expect([latency.estimate(2), latency.estimate(7)]).toEqual([20, 90]);
});

it('takes in more distant ones until there are enough', () => {
  const latency = new PrequalLatency(16, 3);
  latency.record(1, 10);
  latency.record(3, 30);
  latency.record(6, 60);
  latency.record(20, 900);
  expect(latency.estimate(3)).toBe(30);
  expect(latency.estimate(100)).toBe(60);
});

it('averages the two in the middle of an even number', () => {
  const latency = new PrequalLatency(4, 2);
  latency.record(1, 10);
  latency.record(1, 30);
  expect(latency.estimate(1)).toBe(20);
});

it('knows nothing before the first request', () => {
  expect(new PrequalLatency().estimate(3)).toBe(0);
});

it('is always one of the recent latencies, or between two of them', () => {
  const requests = fc.array(fc.record({ rif: fc.nat(20), ms: fc.integer({ min: 1, max: 500 }) }), { minLength: 1 });
  fc.assert(
    fc.property(requests, fc.nat(25), (all, rif) => {
      const latency = new PrequalLatency(8, 5);
      for (const request of all) latency.record(request.rif, request.ms);
      const recent = all.slice(-8).map(({ ms }) => ms);
      expect(latency.estimate(rif)).toBeGreaterThanOrEqual(Math.min(...recent));
      expect(latency.estimate(rif)).toBeLessThanOrEqual(Math.max(...recent));
    }),
  );
});
