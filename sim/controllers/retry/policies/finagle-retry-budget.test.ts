import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { FinagleRetryBudget } from './finagle-retry-budget.ts';
import { finagleBudget } from './finagle.ts';
import { FixedRetryBudget } from './fixed-retry-budget.ts';

const uses = fc.array(
  fc.record({ wait: fc.integer({ min: 0, max: 3000 }), calls: fc.nat({ max: 30 }), asks: fc.nat({ max: 30 }) }),
  { maxLength: 80 },
);

/** The budget as a list of slices, each closed by the first use after its end; the sum is made afresh each time. */
class NaiveBudget {
  private slices: number[] = [0];
  private began = 0;
  private readonly length: number;
  private readonly reserve: number;
  private readonly cost: number;
  constructor(ttl: number, perSecond: number, share: number) {
    this.length = ttl / 10;
    this.cost = share === 0 ? 1 : Math.trunc(1000 / share);
    this.reserve = perSecond * Math.trunc(ttl / SECOND) * this.cost;
  }
  add(now: number, tokens: number): void {
    const passed = Math.floor((now - this.began) / this.length);
    if (passed >= 1) {
      this.slices.unshift(...Array<number>(Math.min(passed, 10)).fill(0));
      this.began = now;
    }
    this.slices = this.slices.slice(0, 10);
    this.slices[0] += tokens;
  }
  tryRetry(now: number): boolean {
    this.add(now, 0);
    if (this.slices.reduce((a, b) => a + b, this.reserve) < this.cost) return false;
    this.slices[0] -= this.cost;
    return true;
  }
}

describe("Finagle's retry budget", () => {
  test.prop([uses, fc.integer({ min: 1, max: 60 }), fc.nat({ max: 5 }), fc.constantFrom(0, 0.1, 0.2, 0.3, 1, 2.5)])(
    'equals a list of slices',
    (script, ttlSeconds, perSecond, share) => {
      const budget = new FinagleRetryBudget(ttlSeconds * SECOND, perSecond, share);
      const naive = new NaiveBudget(ttlSeconds * SECOND, perSecond, share);
      let now = 0;
      for (const { wait, calls, asks } of script) {
        now += wait * MILLISECOND;
        for (let i = 0; i < calls; i++) {
          budget.began(now);
          naive.add(now, share === 0 ? 0 : 1000);
        }
        for (let i = 0; i < asks; i++) expect(budget.tryRetry(now)).toBe(naive.tryRetry(now));
      }
    },
  );

  test.prop([uses, fc.nat({ max: 3 }), fc.constantFrom(0.1, 0.25, 0.5)])(
    'in nine tenths of any ttl allows no more than the reserve and its share of the calls that can still count',
    (script, perSecond, share) => {
      const ttl = 10 * SECOND;
      const budget = new FinagleRetryBudget(ttl, perSecond, share);
      const calls: number[] = [];
      const retries: number[] = [];
      let now = 0;
      for (const use of script) {
        now += use.wait * MILLISECOND;
        for (let i = 0; i < use.calls; i++) {
          budget.began(now);
          calls.push(now);
        }
        for (let i = 0; i < use.asks; i++) if (budget.tryRetry(now)) retries.push(now);
        const recent = retries.filter((at) => at > now - 0.9 * ttl).length;
        // A slice stays open until its next use, so a deposit can count for up to two ttls.
        const counting = calls.filter((at) => at > now - 2 * ttl).length;
        expect(recent).toBeLessThanOrEqual(share * counting + perSecond * 10);
      }
    },
  );

  test('what is taken from the reserve comes back only when the debit leaves the window', () => {
    const budget = new FinagleRetryBudget(10 * SECOND, 1, 0.2);
    for (let i = 0; i < 10; i++) expect(budget.tryRetry(0)).toBe(true);
    for (let second = 0; second < 10; second++) expect(budget.tryRetry(second * SECOND)).toBe(false);
    for (let i = 0; i < 10; i++) expect(budget.tryRetry(10 * SECOND)).toBe(true);
    expect(budget.tryRetry(10 * SECOND)).toBe(false);
  });

  test('a percentage of 0 spends the reserve only: calls deposit nothing', () => {
    const budget = new FinagleRetryBudget(2 * SECOND, 5, 0);
    for (let i = 0; i < 1000; i++) budget.began(0);
    let allowed = 0;
    while (budget.tryRetry(0)) allowed++;
    expect(allowed).toBe(10);
  });

  test('without a reserve and a percentage there is no budget at all', () => {
    expect(finagleBudget(10 * SECOND, 0, 0)).toBeInstanceOf(FixedRetryBudget);
    expect(finagleBudget(10 * SECOND, 0, 0).tryRetry(0, 1)).toBe(false);
  });

  test('one call may use a fifth of the balance, rounded up, its own deposit included', () => {
    const budget = new FinagleRetryBudget(10 * SECOND, 10, 0.2, 0.2);
    budget.began(0);
    expect(budget.balance(0)).toBe(100);
    expect(budget.allowance(0)).toBe(20);
    while (budget.balance(0) > 1) budget.tryRetry(0);
    expect(budget.allowance(0)).toBe(1);
    budget.tryRetry(0);
    expect(budget.allowance(0)).toBe(0);
    expect(new FinagleRetryBudget(10 * SECOND, 10, 0.2).allowance(0)).toBe(Infinity);
  });

  test('its balance is cut towards zero where deposits left before the debits that used them', () => {
    const budget = new FinagleRetryBudget(10 * SECOND, 0, 1);
    for (let i = 0; i < 5; i++) budget.began(0);
    for (let i = 0; i < 5; i++) expect(budget.tryRetry(5 * SECOND)).toBe(true);
    expect(budget.balance(10 * SECOND)).toBe(-5);
    expect(budget.left(10 * SECOND)).toBe(0);
    expect(budget.balance(15 * SECOND)).toBe(0);

    const fifth = new FinagleRetryBudget(10 * SECOND, 0, 0.2);
    for (let i = 0; i < 5; i++) fifth.began(0);
    expect(fifth.tryRetry(5 * SECOND)).toBe(true);
    fifth.began(5 * SECOND);
    expect(fifth.balance(10 * SECOND)).toBe(0);
  });

  test('shows the balance against the reserve', () => {
    const budget = new FinagleRetryBudget(10 * SECOND, 10, 0.2);
    expect(budget.left(0)).toBe(1);
    for (let i = 0; i < 25; i++) budget.tryRetry(0);
    expect(budget.left(0)).toBe(0.75);
  });
});
