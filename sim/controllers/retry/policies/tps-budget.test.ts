import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { CANCELLED, ERROR, OK } from '../../../stack/result.ts';
import { TpsBudget } from './tps-budget.ts';

/** The product's code, loop for loop. */
class NaiveTpsBudget {
  private readonly slots: number[] = Array<number>(10).fill(0);
  private writer = 0;
  private index = 0;
  private time = 0;
  private readonly window: number;
  private readonly reserve: number;
  readonly deposit: number;
  readonly withdraw: number;
  constructor(ttl: number, perSecond: number, percent: number) {
    const f32 = Math.fround(percent);
    [this.deposit, this.withdraw] =
      f32 === 0
        ? [0, 1]
        : f32 <= 1
          ? [1, Math.trunc(Math.fround(1 / f32))]
          : [1000, Math.trunc(Math.fround(1000 / f32))];
    this.reserve = perSecond * Math.trunc(ttl / SECOND) * this.withdraw;
    this.window = ttl / 10;
  }
  expire(now: number): void {
    let diff = now - this.time;
    if (diff < this.window) return;
    this.slots[this.index] = this.writer;
    this.writer = 0;
    let index = (this.index + 1) % 10;
    while (diff > this.window) {
      this.slots[index] = 0;
      diff -= this.window;
      index = (index + 1) % 10;
    }
    this.index = index;
    this.time = now;
  }
  put(now: number): void {
    this.expire(now);
    this.writer += this.deposit;
  }
  tryGet(now: number): boolean {
    this.expire(now);
    if (this.slots.reduce((a, b) => a + b, this.writer + this.reserve) < this.withdraw) return false;
    this.writer -= this.withdraw;
    return true;
  }
}

/** How many retries `deposits` successes at one instant pay for. */
function paidFor(percent: number, deposits: number): number {
  const budget = new TpsBudget(SECOND, 0, percent);
  for (let i = 0; i < deposits; i++) budget.attemptEnded(0, OK, false);
  let retries = 0;
  while (budget.tryRetry(0)) retries++;
  return retries;
}

const uses = fc.array(
  // Whole slots of a second's ttl come up often, so that the strict comparison of the loop is met.
  fc.record({
    wait: fc.oneof(fc.nat({ max: 450 }), fc.constantFrom(100, 200, 1000, 1100, 5000)),
    puts: fc.nat({ max: 9 }),
    asks: fc.nat({ max: 9 }),
  }),
  { maxLength: 80 },
);

describe("tower's TpsBudget", () => {
  test.prop([uses, fc.nat({ max: 5 }), fc.constantFrom(0, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 2, 3.3)])(
    'equals the product’s code',
    (script, perSecond, percent) => {
      const budget = new TpsBudget(SECOND, perSecond, percent);
      const naive = new NaiveTpsBudget(SECOND, perSecond, percent);
      let now = 0;
      for (const { wait, puts, asks } of script) {
        now += wait * MILLISECOND;
        for (let i = 0; i < puts; i++) {
          budget.attemptEnded(now, OK, false);
          naive.put(now);
        }
        for (let i = 0; i < asks; i++) expect(budget.tryRetry(now)).toBe(naive.tryGet(now));
      }
    },
  );

  test('the ratio is cut to one in n: 30 % pays as much as 33 %, 70 % as much as 100 %', () => {
    expect(paidFor(0.2, 100)).toBe(20);
    expect(paidFor(0.1, 100)).toBe(10);
    expect(paidFor(0.3, 99)).toBe(33);
    expect(paidFor(0.7, 100)).toBe(100);
    expect(paidFor(2, 100)).toBe(200);
  });

  test('a retryable failure deposits nothing, whether it is retried or not', () => {
    const budget = new TpsBudget(SECOND, 0, 1);
    budget.attemptEnded(0, ERROR, true);
    expect(budget.tryRetry(0)).toBe(false);
    budget.attemptEnded(0, ERROR, false);
    expect(budget.tryRetry(0)).toBe(true);
  });

  test('an attempt that is given up deposits nothing', () => {
    const budget = new TpsBudget(SECOND, 0, 1);
    budget.attemptEnded(0, CANCELLED, false);
    expect(budget.tryRetry(0)).toBe(false);
  });

  test('forgets what is older than the window (tps_leaky)', () => {
    const budget = new TpsBudget(SECOND, 0, 1);
    budget.attemptEnded(0, OK, false);
    expect(budget.tryRetry(3 * SECOND)).toBe(false);
  });

  test('has so many retries a second in reserve (tps_reserve)', () => {
    const budget = new TpsBudget(SECOND, 5, 1);
    for (let i = 0; i < 5; i++) expect(budget.tryRetry(0)).toBe(true);
    expect(budget.tryRetry(0)).toBe(false);
    expect(budget.left(0)).toBe(0);
  });

  test('forgives what was taken from the reserve one slot later than Finagle', () => {
    const budget = new TpsBudget(SECOND, 1, 1);
    expect(budget.tryRetry(0)).toBe(true);
    for (let slot = 1; slot <= 10; slot++) expect(budget.tryRetry(slot * 100 * MILLISECOND)).toBe(false);
    expect(budget.tryRetry(1100 * MILLISECOND)).toBe(true);
  });
});
