import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SECOND } from '../../../kernel/time.ts';
import { casesOf } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/grpc-wrr.json' with { type: 'json' };
import { GrpcWeightedRoundRobin, grpcWeightedRoundRobin } from './grpc-weighted-round-robin.ts';
import { indices, tally } from './testing/scripted-random.ts';

const defaults = z.object(grpcWeightedRoundRobin.parameters).parse({});

interface Params {
  readonly errorUtilizationPenalty?: number;
  readonly blackoutPeriod_s?: number;
  readonly weightExpirationPeriod_s?: number;
  readonly elapsed_ns?: number;
  readonly lastReportAge_s?: number;
}

interface Report {
  readonly endpoint: number;
  readonly qps: number;
  readonly utilization?: number;
  readonly applicationUtilization?: number;
  readonly cpuUtilization?: number;
  readonly eps?: number;
}

interface Expected {
  readonly pickRatio: readonly number[];
  readonly weights: readonly number[];
  readonly first20PicksFromStaticStride?: readonly number[];
}

/** Reports at time 0, weights as of `elapsed_ns` or `lastReportAge_s` later; else as soon as the blackout is over. */
function played(
  params: Params,
  reports: readonly Report[],
): { made: GrpcWeightedRoundRobin; hosts: number; now: number } {
  const config = {
    blackoutPeriod: params.blackoutPeriod_s === undefined ? defaults.blackoutPeriod : params.blackoutPeriod_s * SECOND,
    weightExpirationPeriod:
      params.weightExpirationPeriod_s === undefined
        ? defaults.weightExpirationPeriod
        : params.weightExpirationPeriod_s * SECOND,
    errorUtilizationPenalty: params.errorUtilizationPenalty ?? defaults.errorUtilizationPenalty,
  };
  const age = params.lastReportAge_s === undefined ? config.blackoutPeriod : params.lastReportAge_s * SECOND;
  const hosts = Math.max(...reports.map((report) => report.endpoint)) + 1;
  const made = new GrpcWeightedRoundRobin(config, hosts, 0);
  for (const report of reports) {
    const application = report.applicationUtilization ?? report.utilization ?? 0;
    made.report(report.endpoint, 0, report.qps, application, report.cpuUtilization ?? 0, report.eps ?? 0);
  }
  return { made, hosts, now: params.elapsed_ns ?? age };
}

describe('the published cases of weighted round robin', () => {
  it.each(casesOf<Params, Report, Expected>(vectors))('$case', ({ params, inputs, expected }) => {
    const { made, hosts, now } = played(params, inputs);
    expect(Array.from({ length: hosts }, (_, host) => made.weight(host, now))).toEqual(expected.weights);
    made.update(now, indices(hosts), hosts);
    const first = Array.from({ length: 20 }, () => made.pick());
    if (expected.first20PicksFromStaticStride !== undefined) {
      expect(first).toEqual(expected.first20PicksFromStaticStride);
    }
    const counts = tally(hosts, 200_000, () => made.pick());
    const whole = expected.pickRatio.reduce((sum, part) => sum + part, 0);
    for (const [host, part] of expected.pickRatio.entries()) {
      expect(Math.abs(counts[host] / 200_000 - part / whole)).toBeLessThan(1e-4);
    }
  });
});

function balancer(overrides = {}): GrpcWeightedRoundRobin {
  return new GrpcWeightedRoundRobin({ ...defaults, ...overrides }, 3, 0);
}

describe('the weight of a host', () => {
  it('is requests a second by utilization, with failures counted as utilization', () => {
    const made = balancer({ blackoutPeriod: 0 });
    made.report(0, 0, 100, 0.5, 0, 0);
    made.report(1, 0, 100, 0.5, 0, 25);
    expect([made.weight(0, 0), made.weight(1, 0)]).toEqual([200, 100 / 0.75]);
  });

  it('goes by the processor where the application reports nothing', () => {
    const made = balancer({ blackoutPeriod: 0 });
    made.report(0, 0, 100, 0, 0.25, 0);
    made.report(1, 0, 100, 0.5, 0.25, 0);
    expect([made.weight(0, 0), made.weight(1, 0)]).toEqual([400, 200]);
  });

  it.each([
    ['requests', 0, 0.5],
    ['utilization', 100, 0],
  ])('ignores a report without %s', (_, qps, utilization) => {
    const made = balancer({ blackoutPeriod: 0 });
    made.report(0, 0, 10, 1, 0, 0);
    made.report(0, SECOND, qps, utilization, 0, 0);
    expect(made.weight(0, SECOND)).toBe(10);
  });

  it('is not used before the host has reported for the blackout, whatever came since', () => {
    const made = balancer();
    for (const at of [0, 4, 9]) made.report(0, at * SECOND, 10, 1, 0, 0);
    expect([made.weight(0, 10 * SECOND - 1), made.weight(0, 10 * SECOND)]).toEqual([0, 10]);
  });

  it('expires with the age of the last report, and then goes through the blackout again', () => {
    const made = balancer();
    made.report(0, 0, 10, 1, 0, 0);
    expect([made.weight(0, 180 * SECOND - 1), made.weight(0, 180 * SECOND)]).toEqual([10, 0]);
    made.report(0, 200 * SECOND, 20, 1, 0, 0);
    expect([made.weight(0, 209 * SECOND), made.weight(0, 210 * SECOND)]).toEqual([0, 20]);
  });

  it('does not go through the blackout again if nobody noticed that it had expired', () => {
    const made = balancer();
    made.report(0, 0, 10, 1, 0, 0);
    made.report(0, 500 * SECOND, 20, 1, 0, 0);
    expect(made.weight(0, 500 * SECOND)).toBe(20);
  });

  it('is forgotten when the connection becomes ready anew', () => {
    const made = balancer();
    made.report(0, 0, 10, 1, 0, 0);
    made.ready(0);
    expect(made.weight(0, 20 * SECOND)).toBe(0);
  });
});

describe('the schedule', () => {
  it('takes up new weights only at an update', () => {
    const made = balancer({ blackoutPeriod: 0 });
    made.report(0, 0, 10, 1, 0, 0);
    made.report(2, 0, 30, 1, 0, 0);
    made.update(0, [0, 2], 2);
    const shares = (): number[] => tally(3, 4000, () => made.pick()).map((count) => Math.round(count / 1000));
    expect(shares()).toEqual([1, 0, 3]);
    made.report(0, 0, 90, 1, 0, 0);
    expect(shares()).toEqual([1, 0, 3]);
    made.update(0, [0, 2], 2);
    expect(shares()).toEqual([3, 0, 1]);
  });

  it('has no host to pick when none is ready', () => {
    const made = balancer();
    made.update(0, [], 0);
    expect(made.pick()).toBe(-1);
  });
});
