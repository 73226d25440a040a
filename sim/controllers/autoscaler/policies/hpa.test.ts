import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../kernel/time.ts';
import trajectories from '../vectors/hpa-integer-trajectories.json' with { type: 'json' };
import type { HpaConfig } from './hpa.ts';
import { hpa, HpaPolicy } from './hpa.ts';
import { complaint, configOf } from './testing/config.ts';
import { instance, instances, scalerView } from './testing/scaler-view.ts';

const parse = (given: Record<string, unknown>): HpaConfig => configOf(hpa, given);
const policy = (given: Record<string, unknown>): HpaPolicy => new HpaPolicy(parse({ max: 1000, ...given }));
const SYNC = 15 * SECOND;
/** A behaviour that limits and delays nothing. */
const UNLIMITED = {
  scaleUp: { policies: [{ type: 'Percent', value: 1_000_000_000, period: '15s' }] },
  scaleDown: { stabilizationWindow: '0s' },
};

describe('published trajectories under a lagged, deterministic load', () => {
  const { params } = trajectories;
  /** The published rule does not round the metric: in this unit the shares that matter are whole, and rounding moves none. */
  const SCALE = 27 * 7 * 1000;

  it.each(Object.entries(trajectories.trajectories))('%s', (name, expected) => {
    const lag = Number(/^lag(\d)_/.exec(name)?.[1]);
    const behavior = name.endsWith('_stab20') ? { downscaleStabilization: '300s' } : UNLIMITED;
    const autoscaler = policy({
      max: 1_000_000,
      metric: 'concurrency',
      perReplica: params.mu_per_pod * params.target_utilization * SCALE,
      tolerance: params.tolerance,
      syncPeriod: '15s',
      ...behavior,
    });
    const replicas = [params.initial_replicas];
    for (let k = 0; replicas.length < expected.length; k++) {
      const measuredAt = k - lag;
      const load = measuredAt < 0 ? 500 : 1000;
      const sharedBy = replicas[Math.max(0, measuredAt)];
      const view = scalerView({ instances: instances(replicas[k], { concurrency: (load * SCALE) / sharedBy }) });
      replicas.push(autoscaler.decide(k * SYNC, view));
    }
    expect(replicas).toEqual(expected);
  });
});

describe('a service on the way up and down', () => {
  it('doubles at most at each sync, then waits out five minutes before it shrinks', () => {
    const autoscaler = policy({ target: '50%' });
    const replicas = [2];
    for (let k = 0; k < 40; k++) {
      const utilization = Math.min(1, (k < 8 ? 12 : 3) / replicas[k]);
      replicas.push(autoscaler.decide(k * SYNC, scalerView({ instances: instances(replicas[k], { utilization }) })));
    }
    // Saturated instances hide how much is missing: full use asks for no more than twice the replicas.
    expect(replicas.slice(0, 8)).toEqual([2, 4, 8, 16, 24, 24, 24, 24]);
    // 3 / 24 is 12 % in whole percents; the last wish for 24 is that of the eighth sync, five minutes before the 28th.
    expect(replicas[28]).toBe(24);
    expect(replicas[29]).toBe(6);
  });

  it('follows the total request rate over the replicas that exist, whoever serves it', () => {
    const autoscaler = policy({ metric: 'requestRate', perReplica: 50 });
    const view = scalerView({ instances: instances(4, { ready: false }), requestRate: 401 });
    expect(autoscaler.decide(0, view)).toBe(8);
    expect(policy({ metric: 'requestRate', perReplica: 50, ...UNLIMITED }).decide(0, view)).toBe(9);
  });

  it('does not count an instance that terminates', () => {
    const list = [...instances(2, { utilization: 0.8 }), instance({ leaving: true, utilization: 0 })];
    expect(policy({ target: '40%' }).decide(0, scalerView({ instances: list }))).toBe(4);
  });

  it('holds while no instance has a metric', () => {
    const list = instances(4, { utilization: NaN });
    expect(policy({}).decide(0, scalerView({ instances: list }))).toBe(4);
  });

  it('holds before the first sample of the request rate', () => {
    const view = scalerView({ instances: instances(4), requestRate: NaN });
    expect(policy({ metric: 'requestRate', perReplica: 1 }).decide(0, view)).toBe(4);
  });
});

describe('instances that start', () => {
  const started = 10 * MINUTE;
  const warm = instances(2, { utilization: 0.9, metricAt: started });

  it('take nothing off the wish while they have no metric yet, and count as idle on the way up', () => {
    const starting = instances(2, { startedAt: started, readyChangedAt: started, ready: false, utilization: NaN });
    const view = scalerView({ instances: [...warm, ...starting] });
    // 90 % over two, but 45 % over four: that is below the target, so nothing happens.
    expect(policy({ target: '50%' }).decide(started, view)).toBe(4);
  });

  it('count only when a whole window was measured after they turned ready', () => {
    const readyAt = started + 10 * SECOND;
    const young = (metricAt: number) =>
      instance({ startedAt: started, readyChangedAt: readyAt, utilization: 1, metricAt });
    const wish = (metricAt: number) =>
      policy({ target: '50%', ...UNLIMITED }).decide(
        metricAt,
        scalerView({ window: 15 * SECOND, instances: [...warm, young(metricAt)] }),
      );
    expect(wish(readyAt + 14 * SECOND)).toBe(4); // 60 % over three
    expect(wish(readyAt + 15 * SECOND)).toBe(6); // 93 % over three
  });

  it('are missing, not unready, once they have been ready and are no longer measured', () => {
    const lost = instance({ startedAt: 0, readyChangedAt: MINUTE, utilization: NaN });
    const idle = instances(1, { utilization: 0.1 });
    // The lost one is taken for fully used: (10 % + 100 %) / 2 = 55 % of a target of 80 %.
    expect(policy({ ...UNLIMITED }).decide(started, scalerView({ instances: [...idle, lost] }))).toBe(2);
  });
});

describe('tolerance', () => {
  const wish = (utilization: number, given: Record<string, unknown> = {}) =>
    policy({ target: '50%', ...UNLIMITED, ...given }).decide(
      0,
      scalerView({ instances: instances(10, { utilization }) }),
    );

  it('leaves the replicas alone within a tenth of the target, inclusive', () => {
    expect([wish(0.55), wish(0.45)]).toEqual([10, 10]);
    expect([wish(0.56), wish(0.44)]).toEqual([12, 9]);
  });

  it('can be set for each direction', () => {
    const up = { scaleUp: { ...UNLIMITED.scaleUp, tolerance: '30%' } };
    expect([wish(0.64, up), wish(0.66, up), wish(0.44, up)]).toEqual([10, 14, 9]);
    const down = { scaleDown: { ...UNLIMITED.scaleDown, tolerance: '0%' } };
    expect([wish(0.55, down), wish(0.44, down), wish(0.49, down)]).toEqual([10, 9, 10]);
  });
});

describe('defaults', () => {
  it('are those of the controller and the API', () => {
    expect(parse({ max: 10 })).toEqual({
      min: 1,
      max: 10,
      metric: 'utilization',
      target: 0.8,
      syncPeriod: 15 * SECOND,
      tolerance: 0.1,
      initializationPeriod: 5 * MINUTE,
      initialReadinessDelay: 30 * SECOND,
      downscaleStabilization: 5 * MINUTE,
    });
  });

  it('of a behaviour fill in as soon as one direction is given', () => {
    expect(parse({ max: 10, scaleUp: {} }).scaleUp).toEqual({
      stabilizationWindow: 0,
      selectPolicy: 'Max',
      policies: [
        { type: 'Pods', value: 4, period: 15 * SECOND },
        { type: 'Percent', value: 100, period: 15 * SECOND },
      ],
    });
    // One instance at full use wants ten; with the behaviour's defaults four may be added, without it up to four run.
    const view = scalerView({ instances: instances(1, { utilization: 1 }) });
    expect(policy({ target: '10%', scaleDown: {} }).decide(0, view)).toBe(5);
    expect(policy({ target: '10%' }).decide(0, view)).toBe(4);
  });

  it('are refused where they do not fit together', () => {
    expect(complaint(hpa, { min: 5, max: 3 })).toMatch(/min must not be above max/);
    expect(complaint(hpa, { max: 3, metric: 'concurrency' })).toMatch(/perReplica/);
    expect(complaint(hpa, { max: 3 })).toBeUndefined();
    expect(() => parse({ max: 3, scaleUp: { stabilizationWindow: '2h' } })).toThrow();
  });
});

describe('any load', () => {
  const count = fc.integer({ min: 1, max: 60 });
  const utilizations = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });
  const settings = fc.constantFrom({}, UNLIMITED, { scaleUp: {} }, { scaleDown: { selectPolicy: 'Min' } });

  test.prop([settings, count, utilizations])('keeps the replicas within min and max', (given, start, loads) => {
    const autoscaler = policy({ min: 3, max: 40, target: '60%', ...given });
    let replicas = start;
    for (const [k, utilization] of loads.entries()) {
      replicas = autoscaler.decide(k * SYNC, scalerView({ instances: instances(replicas, { utilization }) }));
      expect(replicas).toBeGreaterThanOrEqual(3);
      expect(replicas).toBeLessThanOrEqual(40);
      expect(Number.isInteger(replicas)).toBe(true);
    }
  });

  test.prop([settings, count, utilizations, fc.double({ min: 0, max: 1, noNaN: true })])(
    'wants no fewer replicas at a higher load, after the same history',
    (given, start, loads, more) => {
      const run = (last: number) => {
        const autoscaler = policy({ min: 1, max: 100, ...given });
        let replicas = start;
        for (const [k, utilization] of [...loads.slice(0, -1), last].entries()) {
          replicas = autoscaler.decide(k * SYNC, scalerView({ instances: instances(replicas, { utilization }) }));
        }
        return replicas;
      };
      const last = loads[loads.length - 1];
      expect(run(Math.min(1, last + more))).toBeGreaterThanOrEqual(run(last));
    },
  );

  test.prop([settings, count, fc.integer({ min: 1, max: 100 })])(
    'changes nothing at the target',
    (given, n, target) => {
      const autoscaler = policy({ target: target / 100, ...given });
      for (let k = 0; k < 30; k++) {
        const view = scalerView({ instances: instances(n, { utilization: target / 100 }) });
        expect(autoscaler.decide(k * SYNC, view)).toBe(n);
      }
    },
  );
});
