import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { PeakEwmaIndex } from './peak-ewma-index.ts';
import type { PeakEwmaConfig } from './peak-ewma.ts';
import { PeakEwma } from './peak-ewma.ts';

const HOSTS = 7;
const TOWER = { decay: 2 * SECOND, initialRtt: 30 * MILLISECOND };
const FINAGLE = { decay: 2 * SECOND, initialRtt: 0 };

type Act =
  | { readonly op: 'pick'; readonly gap: number }
  | { readonly op: 'end'; readonly gap: number; readonly call: number; readonly rtt: number }
  | { readonly op: 'toggle'; readonly gap: number; readonly host: number }
  | { readonly op: 'add'; readonly gap: number; readonly host: number };

const gap = fc.oneof(fc.nat(50), fc.nat(5000));
const host = fc.nat(HOSTS - 1);
const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ op: fc.constant('pick' as const), gap }) },
    {
      weight: 5,
      arbitrary: fc.record({
        op: fc.constant('end' as const),
        gap,
        call: fc.nat(),
        rtt: fc.integer({ min: 1, max: 900 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('toggle' as const), gap, host }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('add' as const), gap, host }) },
  ),
  { maxLength: 80 },
);

/** The full scan: reads the load of every host at every pick, and takes the least. */
class Scan {
  readonly ewma: PeakEwma;
  readonly eligible = new Set<number>();

  constructor(config: PeakEwmaConfig) {
    this.ewma = new PeakEwma(config, HOSTS);
  }

  costs(now: number): Map<number, number> {
    const costs = new Map<number, number>();
    for (let i = 0; i < HOSTS; i++) {
      const cost = this.ewma.load(i, now);
      if (this.eligible.has(i)) costs.set(i, cost);
    }
    return costs;
  }
}

/** Plays the acts on the index and on the scan; the index decides who gets the requests. */
function play(config: PeakEwmaConfig, story: readonly Act[]): void {
  const scan = new Scan(config);
  const index = new PeakEwmaIndex(new PeakEwma(config, HOSTS));
  let now = 0;
  let calls: number[] = [];
  const add = (added: number): void => {
    index.add(added, now);
    scan.ewma.add(added, now);
    scan.eligible.add(added);
    calls = calls.filter((called) => called !== added);
  };
  for (let i = 0; i < HOSTS; i++) add(i);
  for (const act of story) {
    now += act.gap * MILLISECOND;
    if (act.op === 'add') {
      add(act.host);
    } else if (act.op === 'toggle') {
      if (!scan.eligible.delete(act.host)) scan.eligible.add(act.host);
      index.setEligible(act.host, scan.eligible.has(act.host));
    } else if (act.op === 'end' && calls.length > 0) {
      const [ended] = calls.splice(act.call % calls.length, 1);
      index.end(ended, act.rtt * MILLISECOND, now);
      scan.ewma.end(ended, act.rtt * MILLISECOND, now);
    } else if (act.op === 'pick') {
      const picked = index.pick(now);
      const costs = scan.costs(now);
      expect(picked >= 0).toBe(costs.size > 0);
      if (picked < 0) continue;
      const least = Math.min(...costs.values());
      expect(costs.get(picked)).toBeLessThanOrEqual(least * (1 + 1e-9));
      index.start(picked);
      scan.ewma.start(picked);
      calls.push(picked);
    }
  }
}

describe('the index of peak EWMA', () => {
  it('finds what a full scan finds, where new hosts have a default latency', () => {
    fc.assert(fc.property(acts, (story) => play(TOWER, story)));
  });

  it('finds what a full scan finds, where new hosts are unknown', () => {
    fc.assert(fc.property(acts, (story) => play(FINAGLE, story)));
  });

  it('needs no change for time to pass', () => {
    const ewma = new PeakEwma(TOWER, 2);
    const index = new PeakEwmaIndex(ewma);
    index.add(0, 0);
    index.add(1, SECOND);
    // Host 0 has decayed for a second longer than host 1, and has for ever.
    expect([SECOND, 60 * SECOND, 3600 * SECOND].map((now) => index.pick(now))).toEqual([0, 0, 0]);
  });

  it('picks an unknown host before known ones, but not twice', () => {
    const index = new PeakEwmaIndex(new PeakEwma(FINAGLE, 3));
    for (const added of [0, 1, 2]) index.add(added, 0);
    index.start(0);
    index.end(0, MILLISECOND, MILLISECOND);
    const picks = [0, 0, 0, 0].map(() => {
      const picked = index.pick(MILLISECOND);
      index.start(picked);
      return picked;
    });
    expect(picks).toEqual([1, 2, 0, 0]);
  });

  it('has nothing to pick without eligible hosts', () => {
    const index = new PeakEwmaIndex(new PeakEwma(TOWER, 2));
    expect(index.pick(0)).toBe(-1);
    index.add(1, 0);
    expect(index.pick(0)).toBe(1);
    index.setEligible(1, false);
    expect(index.pick(0)).toBe(-1);
  });
});
