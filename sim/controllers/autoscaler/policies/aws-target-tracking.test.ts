import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../kernel/time.ts';
import type { InstanceView } from '../policy.ts';
import type { AwsTargetTrackingConfig } from './aws-target-tracking.ts';
import { awsTargetTracking, AwsTargetTrackingPolicy, trackedCapacity } from './aws-target-tracking.ts';
import { complaint, configOf } from './testing/config.ts';
import { instance, instances, scalerView } from './testing/scaler-view.ts';

const parse = (given: Record<string, unknown>): AwsTargetTrackingConfig => configOf(awsTargetTracking, given);
const policy = (given: Record<string, unknown> = {}) =>
  new AwsTargetTrackingPolicy(parse({ min: 1, max: 100, target: '50%', ...given }));

/** The capacity after each minute, for instances that are warm at once. */
function follow(tracking: AwsTargetTrackingPolicy, start: number, utilizations: readonly number[]): number[] {
  let desired = start;
  return utilizations.map((utilization, minute) => {
    const view = scalerView({ instances: instances(desired, { utilization }) });
    return (desired = tracking.decide(minute * MINUTE, view));
  });
}
const repeat = (value: number, count: number) => Array.from({ length: count }, () => value);

describe('target tracking', () => {
  it('scales out in proportion after three minutes above the target', () => {
    expect(follow(policy(), 10, [0.6, 0.6, 0.6])).toEqual([10, 10, 12]);
    expect(follow(policy(), 10, [0.6, 0.6, 0.5, 0.6, 0.6])).toEqual(repeat(10, 5));
  });

  it('scales in after fifteen minutes below nine tenths of it', () => {
    expect(follow(policy(), 10, repeat(0.3, 15))).toEqual([...repeat(10, 14), 6]);
    expect(follow(policy(), 10, repeat(0.45, 40))).toEqual(repeat(10, 40));
    expect(follow(policy({ scaleInThreshold: '95%' }), 10, repeat(0.45, 15)).at(-1)).toBe(9);
  });

  it('rounds what it adds up and what it removes down', () => {
    expect(trackedCapacity(5, 0.65, 0.5)).toBe(7); // 1.5 more
    expect(trackedCapacity(5, 0.35, 0.5)).toBe(4); // 1.5 fewer
    expect(trackedCapacity(10, 0.55, 0.5)).toBe(11);
  });

  it('has the alarms of other services where told to', () => {
    const dynamo = policy({ scaleOutPeriods: 2, alarmPeriod: '60s' });
    expect(follow(dynamo, 10, [0.6, 0.6])).toEqual([10, 12]);
    expect(policy({ alarmPeriod: '5m' }).period).toBe(5 * MINUTE);
  });

  it('only scales out where scaling in is disabled', () => {
    expect(follow(policy({ disableScaleIn: true }), 10, repeat(0.1, 40))).toEqual(repeat(10, 40));
  });

  it('does not scale in without data', () => {
    expect(follow(policy(), 10, [...repeat(0.1, 14), ...repeat(NaN, 10)])).toEqual(repeat(10, 24));
  });

  it('counts requests for each instance that serves', () => {
    const tracking = policy({ metric: 'requestRate', perReplica: 100, target: undefined });
    const view = scalerView({ instances: instances(10), requestRate: 1250 });
    expect([0, 1, 2].map((minute) => tracking.decide(minute * MINUTE, view))).toEqual([10, 10, 13]);
  });
});

describe('instances that warm up', () => {
  const now = 60 * MINUTE;
  const young = (count: number, utilization: number): InstanceView[] =>
    instances(count, { startedAt: now - MINUTE, readyChangedAt: now - 30 * SECOND, utilization });
  const after = (list: InstanceView[], replicas = list.length, minutes = 3) => {
    const tracking = policy();
    let desired = replicas;
    for (let minute = 0; minute < minutes; minute++) {
      desired = tracking.decide(now, scalerView({ replicas, instances: list }));
    }
    return desired;
  };

  it('count neither in the metric nor in the capacity', () => {
    // Ten at 70 % want fourteen; the four that were launched for them are those.
    expect(after([...instances(10, { utilization: 0.7 }), ...young(4, 0)])).toBe(14);
    expect(after([...instances(10, { utilization: 0.9 }), ...young(4, 0)])).toBe(18);
    expect(after([...instances(10, { utilization: 0.5 }), ...young(4, 1)])).toBe(14);
  });

  it('hold up scaling in, as do instances yet to be launched', () => {
    const idle = instances(10, { utilization: 0.1 });
    expect(after(idle, 10, 15)).toBe(2);
    expect(after([...idle, ...young(1, 0)], 11, 15)).toBe(11);
    expect(after([...idle, instance({ ready: false, startedAt: now, readyChangedAt: now })], 11, 15)).toBe(11);
    expect(after(idle, 11, 15)).toBe(11);
  });

  it('are over after the warm-up', () => {
    const tracking = policy({ instanceWarmup: '30s' });
    const list = [...instances(10, { utilization: 0.7 }), ...young(4, 0.7)];
    for (const minute of [0, 1]) tracking.decide(now + minute, scalerView({ instances: list }));
    expect(tracking.decide(now + 2, scalerView({ instances: list }))).toBe(20);
  });

  it('are not those that lost their readiness later', () => {
    const unready = instance({ ready: false, startedAt: 0, readyChangedAt: MINUTE, utilization: NaN });
    expect(after([...instances(9, { utilization: 0.1 }), unready], 10, 15)).toBe(2);
  });
});

describe('instances that terminate', () => {
  it('still count when scaling in, so that nothing is removed twice', () => {
    const tracking = policy({ scaleInPeriods: 1 });
    const list = [...instances(6, { utilization: 0.4 }), ...instances(2, { leaving: true, utilization: 0.4 })];
    // 0.4 / 0.5 of eight is 6.4, so the six that stay are not too many.
    expect(tracking.decide(0, scalerView({ instances: list }))).toBe(6);
    expect(policy({ scaleInPeriods: 1 }).decide(0, scalerView({ instances: list.slice(0, 6) }))).toBe(5);
  });
});

describe('parameters', () => {
  it('ask for the target of their metric', () => {
    const check = (given: Record<string, unknown>) => complaint(awsTargetTracking, { max: 5, ...given });
    expect(check({})).toMatch(/target is missing/);
    expect(check({ metric: 'concurrency' })).toMatch(/perReplica/);
    expect(check({ target: '50%' })).toBeUndefined();
    expect(check({ target: '50%', min: 9 })).toMatch(/max is only 5/);
  });
});

describe('any load', () => {
  const utilization = fc.double({ min: 0, max: 1, noNaN: true });

  test.prop([fc.array(utilization, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 50 })])(
    'keeps the capacity within min and max',
    (loads, start) => {
      for (const desired of follow(policy({ min: 4, max: 20 }), start, loads)) {
        expect(Number.isInteger(desired)).toBe(true);
        expect(desired).toBeGreaterThanOrEqual(4);
        expect(desired).toBeLessThanOrEqual(20);
      }
    },
  );

  test.prop([fc.array(utilization, { maxLength: 40 }), utilization, utilization])(
    'wants no less at a higher load, after the same history',
    (loads, one, other) => {
      const low = follow(policy(), 10, [...loads, Math.min(one, other)]);
      const high = follow(policy(), 10, [...loads, Math.max(one, other)]);
      expect(high.at(-1)).toBeGreaterThanOrEqual(low.at(-1) ?? NaN);
    },
  );

  test.prop([fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 })])(
    'changes nothing at the target',
    (count, percent) => {
      const target = percent / 100;
      expect(new Set(follow(policy({ target }), count, repeat(target, 30)))).toEqual(new Set([count]));
    },
  );
});
