import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../kernel/time.ts';
import type { KedaConfig } from './keda.ts';
import { keda, KedaPolicy } from './keda.ts';
import { complaint, configOf } from './testing/config.ts';
import { instances, scalerView } from './testing/scaler-view.ts';

const parse = (given: Record<string, unknown>): KedaConfig => configOf(keda, given);
const policy = (given: Record<string, unknown> = {}) => new KedaPolicy(parse({ threshold: 10, ...given }));

/** Replicas at every tick up to `until` seconds, under a queue whose length is a function of the second. */
function follow(
  scaler: KedaPolicy,
  start: number,
  until: number,
  queue: (second: number) => number,
): Map<number, number> {
  const seen = new Map<number, number>();
  let replicas = start;
  for (let now = 0; now <= until * SECOND; now += scaler.period) {
    const second = now / SECOND;
    replicas = scaler.decide(now, scalerView({ instances: instances(replicas), concurrency: queue(second) }));
    seen.set(second, replicas);
  }
  return seen;
}
/** The first second at which the replicas are `count`. */
function firstAt(seen: Map<number, number>, count: number): number | undefined {
  for (const [second, replicas] of seen) if (replicas === count) return second;
  return undefined;
}

describe('from zero', () => {
  it('turns on at the next poll, and leaves the rest to the autoscaler', () => {
    const seen = follow(policy(), 0, 90, (second) => (second >= 5 ? 85 : 0));
    expect([...seen.values()]).toEqual([0, 0, 1, 4, 8, 9, 9]);
  });

  it('does not see what comes and goes between two polls', () => {
    const seen = follow(policy(), 0, 120, (second) => (second % 30 === 15 ? 50 : 0));
    expect(new Set(seen.values())).toEqual(new Set([0]));
  });

  it('goes to its least replicas at once where it has any', () => {
    expect(follow(policy({ min: 3, idle: 0 }), 0, 0, () => 1).get(0)).toBe(3);
  });

  it('waits for more than the activation threshold', () => {
    expect(follow(policy({ activationThreshold: 5 }), 0, 0, () => 5).get(0)).toBe(0);
    expect(follow(policy({ activationThreshold: 5 }), 0, 0, () => 6).get(0)).toBe(1);
  });
});

describe('to zero', () => {
  it('waits for strictly more than the cooldown after the last poll that was active', () => {
    const seen = follow(policy(), 1, 600, (second) => (second <= 60 ? 5 : 0));
    expect(firstAt(seen, 0)).toBe(390);
    const early = follow(policy({ cooldownPeriod: '299s' }), 1, 600, (second) => (second <= 60 ? 5 : 0));
    expect(firstAt(early, 0)).toBe(360);
  });

  it('goes by the autoscaler’s stabilisation down to one, and only then to zero', () => {
    const seen = follow(policy({ cooldownPeriod: '15m' }), 8, 1200, (second) => (second < 60 ? 80 : 0));
    // Eight are the highest wish of five minutes after the sync at 45 s.
    expect([firstAt(seen, 1), firstAt(seen, 0)]).toEqual([360, 960]);
  });

  it('takes any number of replicas down where the cooldown is over first', () => {
    const seen = follow(policy({ cooldownPeriod: '30s' }), 8, 600, (second) => (second < 60 ? 80 : 0));
    expect(firstAt(seen, 0)).toBe(90);
    expect([...seen.values()].every((replicas) => replicas === 8 || replicas === 0)).toBe(true);
  });

  it('needs no cooldown where it never was active, but for the initial one', () => {
    expect(
      firstAt(
        follow(policy(), 1, 600, () => 0),
        0,
      ),
    ).toBe(30);
    expect(
      firstAt(
        follow(policy({ initialCooldownPeriod: '2m' }), 1, 600, () => 0),
        0,
      ),
    ).toBe(150);
  });

  it('is not for a workload with a least count, unless it has an idle one', () => {
    expect(follow(policy({ min: 2 }), 2, 900, () => 0).get(900)).toBe(2);
    expect(follow(policy({ min: 2, idle: 0 }), 2, 900, () => 0).get(900)).toBe(0);
  });

  it('never happens without data', () => {
    expect(follow(policy(), 4, 900, () => NaN).get(900)).toBe(4);
  });
});

describe('its autoscaler', () => {
  it('keeps at least one replica, and the workload’s own range', () => {
    const seen = follow(policy({ min: 2, max: 6 }), 1, 600, (second) => (second < 300 ? 500 : 1));
    expect(Math.max(...seen.values())).toBe(6);
    // The last wish for six, at 285 s, holds for five minutes.
    expect([seen.get(585), seen.get(600)]).toEqual([6, 2]);
    expect(Math.min(...seen.values())).toBe(2);
  });

  it('takes a behaviour', () => {
    const behavior = { scaleUp: { policies: [{ type: 'Pods', value: 1, period: '60s' }] } };
    const seen = follow(policy(behavior), 1, 120, () => 500);
    expect([seen.get(0), seen.get(45), seen.get(60), seen.get(120)]).toEqual([2, 2, 3, 4]);
  });
});

describe('its ticks', () => {
  it('fit both the polls and the syncs', () => {
    expect(policy().period).toBe(15 * SECOND);
    expect(policy({ pollingInterval: '20s' }).period).toBe(5 * SECOND);
    expect(policy({ pollingInterval: '15m' }).period).toBe(15 * SECOND);
  });

  it('must be whole seconds', () => {
    expect(complaint(keda, { threshold: 1, pollingInterval: '1500ms' })).toMatch(/whole seconds/);
    expect(complaint(keda, { threshold: 1, min: 5, max: 2 })).toMatch(/max is only 2/);
    expect(complaint(keda, { threshold: 1, idle: 0 })).toMatch(/below min/);
    expect(complaint(keda, { threshold: 1 })).toBeUndefined();
  });
});

describe('any load', () => {
  test.prop([
    fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 60 }),
    fc.integer({ min: 0, max: 12 }),
  ])('keeps the replicas within zero and max', (queue, start) => {
    const at = (second: number) => queue[Math.floor(second / 15) % queue.length];
    for (const replicas of follow(policy({ max: 12 }), start, 20 * 60, at).values()) {
      expect(Number.isInteger(replicas)).toBe(true);
      expect(replicas).toBeGreaterThanOrEqual(0);
      expect(replicas).toBeLessThanOrEqual(12);
    }
  });

  test.prop([fc.integer({ min: 1, max: 50 })])('changes nothing at the target', (count) => {
    const scaler = policy({ max: 50 });
    const seen = follow(scaler, count, (20 * MINUTE) / SECOND, () => count * 10);
    expect(new Set(seen.values())).toEqual(new Set([count]));
  });
});
