import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SECOND } from '../../../kernel/time.ts';
import { casesOf, unknownStep } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/grpc-outlier.json' with { type: 'json' };
import { GrpcOutlierDetector, grpcOutlierDetection } from './grpc-outlier.ts';

const shape = z.object(grpcOutlierDetection.parameters);

interface SuccessRateEjection {
  readonly stdevFactor?: number;
  readonly enforcementPercentage?: number;
  readonly minimumHosts?: number;
  readonly requestVolume?: number;
}

interface FailurePercentageEjection extends Omit<SuccessRateEjection, 'stdevFactor'> {
  readonly threshold?: number;
}

interface Params {
  readonly interval_s?: number;
  readonly baseEjectionTime_s?: number;
  readonly maxEjectionTime_s?: number;
  readonly maxEjectionPercent?: number;
  readonly successRateEjection?: SuccessRateEjection;
  readonly failurePercentageEjection?: FailurePercentageEjection;
}

interface Step {
  readonly op: 'interval';
  readonly t_s?: number;
  readonly perEndpoint: readonly { readonly successes: number; readonly failures: number }[];
}

interface After {
  readonly ejected: readonly number[];
  readonly unenforced?: number;
  readonly unejected?: readonly number[];
}

/** Parameters as a person would write them here; those that a case leaves out keep their default. */
function written(params: Params): object {
  const { successRateEjection: success, failurePercentageEjection: failure } = params;
  const percent = (value?: number): string | undefined => (value === undefined ? undefined : `${value}%`);
  const seconds = (value?: number): string | undefined => (value === undefined ? undefined : `${value}s`);
  return {
    interval: seconds(params.interval_s),
    baseEjectionTime: seconds(params.baseEjectionTime_s),
    maxEjectionTime: seconds(params.maxEjectionTime_s),
    maxEjectionPercent: percent(params.maxEjectionPercent),
    successRateEjection: success !== undefined,
    successRateStdevFactor: success?.stdevFactor,
    successRateEnforcementPercentage: percent(success?.enforcementPercentage),
    successRateMinimumHosts: success?.minimumHosts,
    successRateRequestVolume: success?.requestVolume,
    failurePercentageEjection: failure !== undefined,
    failurePercentageThreshold: percent(failure?.threshold),
    failurePercentageEnforcementPercentage: percent(failure?.enforcementPercentage),
    failurePercentageMinimumHosts: failure?.minimumHosts,
    failurePercentageRequestVolume: failure?.requestVolume,
  };
}

function detector(hosts: number, config: object, draw = 0.5): GrpcOutlierDetector {
  const made = new GrpcOutlierDetector(shape.parse(config), hosts, { uniform: () => draw });
  for (let host = 0; host < hosts; host++) made.addHost(host);
  return made;
}

function ejectedHosts(made: GrpcOutlierDetector, hosts: number): number[] {
  return [...Array(hosts).keys()].filter((host) => made.isEjected(host));
}

function record(made: GrpcOutlierDetector, host: number, successes: number, failures: number): void {
  for (let i = 0; i < successes; i++) made.onResult(host, true);
  for (let i = 0; i < failures; i++) made.onResult(host, false);
}

describe('the published cases of gRPC’s outlier detection', () => {
  it.each(casesOf<Params, Step, readonly (After | null)[]>(vectors))('$case', ({ params, inputs, expected }) => {
    const hosts = Math.max(...inputs.map((step) => step.perEndpoint.length));
    const made = detector(hosts, written(params));
    expect(inputs).toHaveLength(expected.length);
    for (const [i, step] of inputs.entries()) {
      if (step.op !== 'interval') unknownStep(step);
      const before = { ejected: ejectedHosts(made, hosts), unenforced: made.unenforced };
      for (const [host, { successes, failures }] of step.perEndpoint.entries()) record(made, host, successes, failures);
      made.sweep(step.t_s === undefined ? (i + 1) * made.interval : step.t_s * SECOND);
      const now = ejectedHosts(made, hosts);
      const after = expected[i];
      if (after === null) continue;
      expect(now.filter((host) => !before.ejected.includes(host))).toEqual(after.ejected);
      if (after.unenforced !== undefined) expect(made.unenforced - before.unenforced).toBe(after.unenforced);
      if (after.unejected !== undefined) {
        expect(before.ejected.filter((host) => !now.includes(host))).toEqual(after.unejected);
      }
    }
  });
});

const BY_FAILURES = {
  successRateEjection: false,
  failurePercentageEjection: true,
  failurePercentageMinimumHosts: 2,
  failurePercentageRequestVolume: 10,
  failurePercentageThreshold: '50%',
};

describe('the defaults', () => {
  it('are those of the proposal', () => {
    expect(shape.parse({})).toEqual({
      interval: 10 * SECOND,
      baseEjectionTime: 30 * SECOND,
      maxEjectionTime: 300 * SECOND,
      maxEjectionPercent: 0.1,
      successRateEjection: true,
      successRateStdevFactor: 1900,
      successRateEnforcementPercentage: 1,
      successRateMinimumHosts: 5,
      successRateRequestVolume: 100,
      failurePercentageEjection: false,
      failurePercentageThreshold: 0.85,
      failurePercentageEnforcementPercentage: 1,
      failurePercentageMinimumHosts: 5,
      failurePercentageRequestVolume: 50,
    });
  });
});

describe('an ejection', () => {
  it('wants strictly more failures than the threshold', () => {
    const made = detector(3, { ...BY_FAILURES, maxEjectionPercent: '100%' });
    record(made, 0, 10, 10);
    record(made, 1, 9, 11);
    record(made, 2, 20, 0);
    made.sweep(10 * SECOND);
    expect(ejectedHosts(made, 3)).toEqual([1]);
  });

  it('is not made for want of requests or of hosts', () => {
    const made = detector(3, { ...BY_FAILURES, maxEjectionPercent: '100%' });
    record(made, 0, 0, 9);
    record(made, 1, 10, 0);
    made.sweep(10 * SECOND);
    record(made, 0, 0, 10);
    made.sweep(20 * SECOND);
    expect([made.ejections, made.unenforced]).toEqual([0, 0]);
  });

  it('of one host is always possible, since room is checked before it', () => {
    const made = detector(3, BY_FAILURES);
    for (const host of [0, 1]) record(made, host, 0, 20);
    record(made, 2, 20, 0);
    made.sweep(10 * SECOND);
    expect([ejectedHosts(made, 3), made.overflow, made.unenforced]).toEqual([[0], 1, 1]);
  });

  it('depends on a draw where it is enforced in part', () => {
    const counts = [0.39, 0.4].map((draw) => {
      const made = detector(2, { ...BY_FAILURES, failurePercentageEnforcementPercentage: '40%' }, draw);
      record(made, 0, 0, 20);
      record(made, 1, 20, 0);
      made.sweep(10 * SECOND);
      return [made.ejections, made.unenforced];
    });
    expect(counts).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it('is judged over the interval that is over, by success rate before failure percentage', () => {
    const made = detector(5, { ...BY_FAILURES, successRateEjection: true, maxEjectionPercent: '20%' });
    for (const host of [0, 1, 2, 3]) record(made, host, 200, 0);
    record(made, 4, 50, 150);
    made.sweep(10 * SECOND);
    // Both find it: it is ejected once, and the second finds no room.
    expect([ejectedHosts(made, 5), made.ejections, made.ejectionMultiplier(4), made.overflow]).toEqual([[4], 1, 1, 1]);
    expect([made.condemns(4), made.condemns(0)]).toEqual([true, false]);
    made.sweep(20 * SECOND);
    expect([made.condemns(4), made.isEjected(4)]).toEqual([false, true]);
  });
});

describe('the return of an endpoint', () => {
  const limitless = { ...BY_FAILURES, maxEjectionPercent: '100%' };

  /** Ejects host 0 by the sweep at `from`, and sweeps on every ten seconds; returns the seconds to its return. */
  function away(made: GrpcOutlierDetector, from: number): number {
    record(made, 0, 0, 20);
    record(made, 1, 20, 0);
    let now = from * SECOND;
    made.sweep(now);
    while (made.isEjected(0)) made.sweep((now += 10 * SECOND));
    return now / SECOND - from;
  }

  it('comes strictly after its time: a sweep later than Envoy’s', () => {
    expect(away(detector(2, limitless), 10)).toBe(40);
  });

  it('comes later each time, up to the longest', () => {
    const made = detector(2, { ...limitless, maxEjectionTime: '70s' });
    expect([away(made, 10), away(made, 50), away(made, 120), away(made, 200)]).toEqual([40, 70, 80, 80]);
  });

  it('is never later than the base time, if that is longer than the longest', () => {
    expect(away(detector(2, { ...limitless, maxEjectionTime: '5s' }), 10)).toBe(40);
  });

  it('forgives one ejection with each sweep that finds it not ejected', () => {
    const made = detector(2, limitless);
    away(made, 10);
    expect(made.ejectionMultiplier(0)).toBe(1);
    made.sweep(60 * SECOND);
    expect(made.ejectionMultiplier(0)).toBe(0);
    made.sweep(70 * SECOND);
    expect(made.ejectionMultiplier(0)).toBe(0);
  });

  it('is put off by late failures while it is ejected', () => {
    const made = detector(2, limitless);
    record(made, 0, 0, 20);
    record(made, 1, 20, 0);
    made.sweep(10 * SECOND);
    record(made, 0, 0, 20);
    record(made, 1, 20, 0);
    made.sweep(20 * SECOND);
    expect([made.ejections, made.ejectionMultiplier(0)]).toEqual([1, 2]);
    made.sweep(80 * SECOND);
    expect(made.isEjected(0)).toBe(true);
    made.sweep(90 * SECOND);
    expect(made.isEjected(0)).toBe(false);
  });

  it('does not matter for an endpoint that leaves', () => {
    const made = detector(2, limitless);
    record(made, 0, 0, 20);
    record(made, 1, 20, 0);
    made.sweep(10 * SECOND);
    made.removeHost(0);
    made.addHost(0);
    expect([made.ejections, made.isEjected(0), made.ejectionMultiplier(0)]).toEqual([0, false, 0]);
  });
});

describe('the share of ejected endpoints', () => {
  it('is below its maximum before each ejection', () => {
    const failures = fc.array(fc.boolean(), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(failures, fc.integer({ min: 0, max: 100 }), (bad, percent) => {
        const made = detector(bad.length, { ...BY_FAILURES, maxEjectionPercent: percent / 100 });
        for (const [host, failing] of bad.entries()) record(made, host, failing ? 0 : 10, failing ? 10 : 0);
        made.sweep(10 * SECOND);
        const outliers = bad.filter((failing) => failing).length;
        expect(made.ejections).toBe(Math.min(outliers, Math.ceil((percent * bad.length) / 100)));
        expect(made.overflow).toBe(outliers - made.ejections);
      }),
    );
  });
});
