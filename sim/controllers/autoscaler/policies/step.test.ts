import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../kernel/time.ts';
import type { StepConfig } from './step.ts';
import { step, StepPolicy } from './step.ts';
import { complaint, configOf } from './testing/config.ts';
import { instance, instances, scalerView } from './testing/scaler-view.ts';

const parse = (given: Record<string, unknown>): StepConfig => configOf(step, given);
const policy = (given: Record<string, unknown> = {}) => new StepPolicy(parse({ max: 100, ...given }));
const at = (utilization: number, count: number) => scalerView({ instances: instances(count, { utilization }) });

describe('two thresholds', () => {
  it('add above the upper and remove below the lower, each by its own step', () => {
    const sized = { scaleUpBy: 3, scaleDownBy: 2 };
    expect(policy(sized).decide(0, at(0.81, 5))).toBe(8);
    expect(policy(sized).decide(0, at(0.8, 5))).toBe(5);
    expect(policy(sized).decide(0, at(0.3, 5))).toBe(5);
    expect(policy(sized).decide(0, at(0.29, 5))).toBe(3);
  });

  it('look only at instances that serve and are measured', () => {
    const list = [
      ...instances(2, { utilization: 0.9 }),
      instance({ ready: false, utilization: 0 }),
      instance({ leaving: true, utilization: 0 }),
      instance({ utilization: NaN }),
    ];
    expect(policy().decide(0, scalerView({ instances: list }))).toBe(5);
    expect(policy().decide(0, scalerView({ instances: instances(3, { utilization: NaN }) }))).toBe(3);
  });

  it('must not cross', () => {
    expect(complaint(step, { max: 5, scaleUpAt: '30%', scaleDownAt: '30%' })).toMatch(/must be below/);
    expect(complaint(step, { max: 5, min: 6 })).toMatch(/max is only 5/);
  });
});

describe('the cooldown', () => {
  it('begins with a change, and is over exactly at its length', () => {
    const scaler = policy({ cooldown: '60s' });
    const busy = (second: number, count: number) => scaler.decide(second * SECOND, at(1, count));
    expect([busy(0, 4), busy(15, 5), busy(45, 5), busy(60, 5), busy(75, 6)]).toEqual([5, 5, 5, 6, 6]);
  });

  it('does not begin where the range allows no change', () => {
    const scaler = policy({ max: 4 });
    expect(scaler.decide(0, at(1, 4))).toBe(4);
    expect(scaler.decide(SECOND, at(0, 4))).toBe(3);
  });
});

describe('replicas that load', () => {
  const loading = () => scalerView({ replicas: 6, instances: instances(4, { utilization: 0.9 }) });

  it('are blindly asked for once more, unless they count', () => {
    expect(policy().decide(0, loading())).toBe(7);
    expect(policy({ countLoading: true }).decide(0, loading())).toBe(6);
  });

  it('do not keep it from adding what they will not carry', () => {
    const scaler = policy({ countLoading: true, scaleUpAt: '50%' });
    expect(scaler.decide(0, loading())).toBe(7);
  });

  it('do not make it remove what serves', () => {
    const scaler = policy({ countLoading: true, scaleDownAt: '70%' });
    expect(scaler.decide(0, loading())).toBe(6);
  });
});

describe('any load', () => {
  const utilization = fc.double({ min: 0, max: 1, noNaN: true });

  test.prop([fc.array(utilization, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 30 })])(
    'keeps the replicas within min and max',
    (loads, start) => {
      const scaler = policy({ min: 3, max: 20, scaleUpBy: 7, scaleDownBy: 5, cooldown: '0s' });
      let replicas = start;
      for (const [i, load] of loads.entries()) {
        replicas = scaler.decide(i * scaler.period, at(load, replicas));
        expect(replicas).toBeGreaterThanOrEqual(3);
        expect(replicas).toBeLessThanOrEqual(20);
      }
    },
  );

  test.prop([fc.array(utilization, { maxLength: 30 }), utilization, utilization])(
    'wants no fewer replicas at a higher load, after the same history',
    (loads, one, other) => {
      const run = (last: number) => {
        const scaler = policy({ cooldown: '30s' });
        let replicas = 10;
        for (const [i, load] of [...loads, last].entries()) {
          replicas = scaler.decide(i * scaler.period, at(load, replicas));
        }
        return replicas;
      };
      expect(run(Math.max(one, other))).toBeGreaterThanOrEqual(run(Math.min(one, other)));
    },
  );
});
