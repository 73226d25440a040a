import { describe, expect, it } from 'vitest';
import { OutlierThreshold, SuccessRates } from './success-rates.ts';

describe('success rates', () => {
  it('show only the interval that is over', () => {
    const rates = new SuccessRates(1);
    rates.record(0, true);
    rates.record(0, false);
    expect(rates.volume(0)).toBe(0);
    rates.turn();
    rates.record(0, true);
    expect([rates.succeeded(0), rates.volume(0)]).toEqual([1, 2]);
    rates.turn();
    expect([rates.succeeded(0), rates.volume(0)]).toEqual([1, 1]);
    rates.turn();
    expect(rates.volume(0)).toBe(0);
  });

  it('forget a host in both intervals', () => {
    const rates = new SuccessRates(2);
    for (const host of [0, 1]) rates.record(host, true);
    rates.turn();
    rates.record(0, true);
    rates.forget(0);
    expect([rates.volume(0), rates.volume(1)]).toEqual([0, 1]);
    rates.turn();
    expect(rates.volume(0)).toBe(0);
  });
});

describe('the outlier threshold', () => {
  it('is the mean less a multiple of the population standard deviation', () => {
    const outlier = new OutlierThreshold();
    outlier.update([50, 100, 100, 100, 100], 5, 1.9);
    expect([outlier.mean, outlier.threshold]).toEqual([90, 52]);
  });

  it('is -1 while nothing was judged', () => {
    const outlier = new OutlierThreshold();
    outlier.update([1, 2], 2, 1);
    outlier.clear();
    expect([outlier.mean, outlier.threshold]).toEqual([-1, -1]);
  });
});
