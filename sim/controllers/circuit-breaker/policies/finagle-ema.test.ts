import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ema } from './finagle-ema.ts';

describe('the moving average', () => {
  it('is set by the first sample', () => {
    const ema = new Ema(1000);
    expect(ema.isEmpty).toBe(true);
    expect(ema.update(7, 0.25)).toBe(0.25);
    expect(ema.isEmpty).toBe(false);
  });

  it('ignores a second sample with the same stamp', () => {
    const ema = new Ema(1000);
    ema.update(5, 1);
    expect(ema.update(5, 0)).toBe(1);
  });

  it('begins anew after reset', () => {
    const ema = new Ema(1000);
    ema.update(5, 1);
    ema.reset();
    expect([ema.isEmpty, ema.last]).toEqual([true, 0]);
    expect(ema.update(0, 0.5)).toBe(0.5);
  });

  it('is the sum of all samples, each by its own weight', () => {
    const steps = fc.array(fc.record({ gap: fc.nat(2000), sample: fc.constantFrom(0, 1) }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), steps, (window, all) => {
        const ema = new Ema(window);
        let stamp = 0;
        const history = all.map(({ gap, sample }) => ({ stamp: (stamp += gap), sample }));
        for (const { stamp: at, sample } of history) ema.update(at, sample);
        const end = stamp;
        let expected = history[0].sample * Math.exp(-(end - history[0].stamp) / window);
        for (let i = 1; i < history.length; i += 1) {
          const share = 1 - Math.exp(-(history[i].stamp - history[i - 1].stamp) / window);
          expected += history[i].sample * share * Math.exp(-(end - history[i].stamp) / window);
        }
        expect(ema.last).toBeCloseTo(expected, 12);
      }),
    );
  });
});
