import { describe, expect, it } from 'vitest';
import { scenarioOf } from '../testing/simulate.ts';

/** A scenario that expects this of its first design; `refused` is the design without its limiter. */
function expecting(that: string, design = 'layered'): () => unknown {
  const limiter = { name: 'limiter', kind: 'rateLimiter', policy: 'tokenBucket', rate: '50/s', burst: 5 };
  return () =>
    scenarioOf({
      duration: '1s',
      world: {
        services: { shop: { instances: 2, concurrency: 2, serviceTime: '10ms' } },
        traffic: [{ name: 'shoppers', to: 'shop', arrivals: { poisson: '100/s' } }],
      },
      edges: [{ from: 'shoppers', to: 'shop', layers: [limiter] }],
      designs: { open: { without: ['limiter'] } },
      expect: [{ design, that }],
    });
}

describe('an expectation', () => {
  it.each([
    'success >= 1%',
    'killed.total <= 1%',
    'fidelity > 0',
    'latencyMs.p99 < 250ms',
    'rejectedBy.limiter == 0',
    'layers.limiter.wrong.wrongfulRefusal == 0',
    'layers.limiter.beliefError <= 1',
    'layers.limiter.stalenessMs.p99 <= 1s',
    'services.shop.utilization <= 80%',
    'cells.ssf == 0',
    'churn.killed <= 5',
  ])('may be of a figure that runs have: %s', (that) => {
    expect(expecting(that)).not.toThrow();
  });

  it.each([
    ['succes >= 1%', /expect\[0\]\.that: unknown figure `succes` of design `layered`; did you mean `success`\?/],
    ['rejectedBy.limitr == 0', /did you mean `rejectedBy\.limiter`\?/],
    ['layers.limiter.wrong.wrongfulRefusals == 0', /did you mean `layers\.limiter\.wrong\.wrongfulRefusal`\?/],
    ['services.shp.utilization <= 80%', /did you mean `services\.shop\.utilization`\?/],
    ['killed >= 1%', /unknown figure `killed`/],
  ])('of a figure that there is not is an error before anything runs: %s', (that, says) => {
    expect(expecting(that)).toThrow(says);
  });

  it('may ask what a layer rejected of a design without it, but not what it decided', () => {
    expect(expecting('rejectedBy.limiter == 0', 'open')).not.toThrow();
    expect(expecting('layers.limiter.decisions == 0', 'open')).toThrow(/unknown figure .* of design `open`/);
  });
});
