import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../kernel/time.ts';
import type { ScalingRules } from './horizontal-autoscaler.ts';
import { HorizontalAutoscaler } from './horizontal-autoscaler.ts';
import type { ScalingPolicy } from './scaling-behavior.ts';

const SYNC = 15 * SECOND;
const FREE: ScalingRules = {
  stabilizationWindow: 0,
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 1_000_000, period: SYNC }],
};

/** Replicas after each sync, fed with what the metrics propose at each. */
function follow(autoscaler: HorizontalAutoscaler, start: number, proposals: readonly (number | undefined)[]): number[] {
  let replicas = start;
  return proposals.map((proposed, i) => (replicas = autoscaler.reconcile(i * SYNC, replicas, proposed)));
}

describe('without a behaviour', () => {
  const autoscaler = () => new HorizontalAutoscaler({ min: 2, max: 50, downscaleStabilization: 5 * MINUTE });

  it('at most doubles at a sync, or goes to four', () => {
    expect(follow(autoscaler(), 2, [40, 40, 40, 40, 40, 40])).toEqual([4, 8, 16, 32, 40, 40]);
  });

  it('does not scale down in the first window: the count that it finds is its first recommendation', () => {
    const replicas = follow(
      autoscaler(),
      10,
      Array.from({ length: 23 }, () => 3),
    );
    expect(replicas.indexOf(3)).toBe(21);
    expect(replicas.slice(0, 21)).toEqual(Array.from({ length: 21 }, () => 10));
  });

  it('leaves the replicas alone while the metrics fail', () => {
    expect(follow(autoscaler(), 10, [undefined, undefined])).toEqual([10, 10]);
  });

  it('goes into its range at once, metrics or none', () => {
    expect(autoscaler().reconcile(0, 1, undefined)).toBe(2);
    expect(autoscaler().reconcile(0, 80, undefined)).toBe(50);
  });

  it('is switched off at zero replicas', () => {
    expect(autoscaler().reconcile(0, 0, 10)).toBe(0);
    const fromZero = new HorizontalAutoscaler({ min: 0, max: 50, downscaleStabilization: 0 });
    expect(fromZero.reconcile(0, 0, 3)).toBe(3);
  });
});

describe('with a behaviour', () => {
  it('stabilises before it limits the rate', () => {
    const slowDown: ScalingRules = {
      stabilizationWindow: 60 * SECOND,
      selectPolicy: 'Max',
      policies: [{ type: 'Pods', value: 3, period: SYNC }],
    };
    const autoscaler = new HorizontalAutoscaler({
      min: 1,
      max: 100,
      downscaleStabilization: 0,
      behavior: { up: FREE, down: slowDown },
    });
    // Five syncs of 20 remain the highest wish, then three pods go at each sync.
    expect(follow(autoscaler, 20, [20, 1, 1, 1, 1, 1, 1])).toEqual([20, 20, 20, 20, 17, 14, 11]);
  });

  it('spends a period’s allowance once, however many syncs lie in it', () => {
    const up: ScalingRules = {
      stabilizationWindow: 0,
      selectPolicy: 'Max',
      policies: [{ type: 'Pods', value: 4, period: MINUTE }],
    };
    const behavior = { up, down: FREE };
    const autoscaler = new HorizontalAutoscaler({ min: 1, max: 100, downscaleStabilization: 0, behavior });
    // One sync is a quarter of the period; an event of exactly a minute's age no longer counts.
    expect(follow(autoscaler, 10, [12, 30, 30, 30, 30, 30])).toEqual([12, 14, 14, 14, 16, 18]);
  });

  it('waits with scaling up for the lowest wish of the up window', () => {
    const up: ScalingRules = { ...FREE, stabilizationWindow: 30 * SECOND };
    const behavior = { up, down: FREE };
    const autoscaler = new HorizontalAutoscaler({ min: 1, max: 100, downscaleStabilization: 0, behavior });
    expect(follow(autoscaler, 5, [9, 9, 9, 5, 9, 9])).toEqual([5, 5, 9, 5, 5, 9]);
  });
});

describe('whatever the metrics propose', () => {
  const policy = fc.record<ScalingPolicy>({
    type: fc.constantFrom('Pods', 'Percent'),
    value: fc.integer({ min: 1, max: 200 }),
    period: fc.integer({ min: 1, max: 10 }).map((syncs) => syncs * SYNC),
  });
  const rules = fc.record<ScalingRules>({
    stabilizationWindow: fc.integer({ min: 0, max: 10 }).map((syncs) => syncs * SYNC),
    selectPolicy: fc.constantFrom('Max', 'Min', 'Disabled'),
    policies: fc.array(policy, { minLength: 1, maxLength: 3 }),
  });
  const proposals = fc.array(fc.option(fc.integer({ min: 0, max: 120 }), { nil: undefined, freq: 10 }), {
    minLength: 1,
    maxLength: 60,
  });
  const start = fc.integer({ min: 2, max: 80 });
  const make = (behavior?: { up: ScalingRules; down: ScalingRules }) =>
    new HorizontalAutoscaler({ min: 2, max: 80, downscaleStabilization: 5 * SYNC, behavior });
  const maybeBehavior = fc.option(fc.record({ up: rules, down: rules }), { nil: undefined });

  test.prop([maybeBehavior, start, proposals])('stays within its range', (behavior, first, wishes) => {
    for (const replicas of follow(make(behavior), first, wishes)) {
      expect(replicas).toBeGreaterThanOrEqual(2);
      expect(replicas).toBeLessThanOrEqual(80);
    }
  });

  test.prop([maybeBehavior, start, fc.integer({ min: 1, max: 40 })])(
    'stays where it is while the metrics agree',
    (behavior, first, syncs) => {
      const replicas = follow(
        make(behavior),
        first,
        Array.from({ length: syncs }, () => first),
      );
      expect(new Set(replicas)).toEqual(new Set([first]));
    },
  );

  test.prop([maybeBehavior, start, proposals, fc.integer({ min: 0, max: 120 }), fc.integer({ min: 0, max: 120 })])(
    'asks for no fewer replicas where more are proposed, after the same history',
    (behavior, first, wishes, one, other) => {
      const [fewer, more] = [Math.min(one, other), Math.max(one, other)];
      const low = follow(make(behavior), first, [...wishes, fewer]);
      const high = follow(make(behavior), first, [...wishes, more]);
      expect(high[high.length - 1]).toBeGreaterThanOrEqual(low[low.length - 1]);
    },
  );

  test.prop([rules, rules, start, proposals])(
    'never adds or removes more than its policies allow over any of their periods',
    (up, down, first, wishes) => {
      const after = follow(make({ up, down }), first, wishes);
      const countAt = (sync: number) => (sync < 0 ? first : after[sync]);
      for (let i = 0; i < after.length; i++) {
        const change = countAt(i) - countAt(i - 1);
        const { policies, selectPolicy } = change > 0 ? up : down;
        if (change !== 0) expect(selectPolicy).not.toBe('Disabled');
        // From the period's start: an event of exactly the period's age is over.
        const starts = policies.map(({ period }) => countAt(i - period / SYNC));
        const allowed = policies.map(({ type, value }, p) => (type === 'Pods' ? value : (starts[p] * value) / 100));
        const grown = starts.map((begun) => Math.abs(countAt(i) - begun) * (countAt(i) > begun === change > 0 ? 1 : 0));
        const kept = allowed.map((most, p) => grown[p] < most + 1);
        if (change !== 0) expect(selectPolicy === 'Min' ? kept.every(Boolean) : kept.some(Boolean)).toBe(true);
      }
    },
  );

  test.prop([rules, rules, start, proposals])(
    'never scales down below the highest recommendation of the down window',
    (up, down, first, wishes) => {
      const after = follow(make({ up, down }), first, wishes);
      const reach = down.stabilizationWindow / SYNC;
      for (let i = 1; i < after.length; i++) {
        if (after[i] >= after[i - 1]) continue;
        const recent = wishes.slice(Math.max(0, i - reach + 1), i).filter((wish) => wish !== undefined);
        expect(after[i]).toBeGreaterThanOrEqual(Math.min(80, Math.max(...recent, wishes[i] ?? 0)));
      }
    },
  );
});
