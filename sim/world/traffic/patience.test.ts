import { describe, expect, it } from 'vitest';
import { figuresOf } from '../../measure/figures.ts';
import { finished, scenarioOf } from '../../testing/simulate.ts';

/** A service that answers nobody: every request ends when its client hangs up. */
const stuck = (patience: unknown, more: object = {}) =>
  scenarioOf({
    duration: '100s',
    drain: '100s',
    world: {
      services: { desk: { instances: 1, serviceTime: '1h', ...more } },
      traffic: [{ name: 'callers', to: 'desk', arrivals: { deterministic: '100/s' }, patience }],
    },
  });

describe('patience that is drawn', () => {
  it('ends each request after a time of its own', () => {
    const run = finished(stuck({ uniform: { min: '1s', max: '3s' } }));
    expect(run.world.open).toBe(0);
    const { offered, outcomes } = figuresOf(run);
    expect(outcomes.timedOut).toBe(offered);
    // The last came at 100 s; a drain goes on in steps of 2 s.
    expect(run.now).toBeLessThan(106e9);
  });

  it('is the same for a request whatever becomes of the others', () => {
    const digestOf = (more: object): string =>
      finished(stuck({ exponential: '2s' }, more)).measurement.digest.toString();
    expect(digestOf({})).toBe(digestOf({ concurrency: 50, cancellation: 'full' }));
  });

  it('leaves as many open as the rate times its mean', () => {
    const scenario = stuck({ exponential: '2s' }, { cancellation: 'queued' });
    const { services } = figuresOf(finished(scenario));
    // 100 a second for two seconds each: 200 of them wait, with an error of 200 / sqrt(10000) for the ten thousand draws.
    expect(Math.abs(services['desk'].queueLength - 196)).toBeLessThan(8);
  });

  it('may not be no time at all', () => {
    expect(() => stuck('0s')).toThrow(/patience: expected at least 1ns/);
  });
});
