import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SECOND } from '../../../kernel/time.ts';
import { roomForOne } from './envoy-ejections.ts';
import { EnvoyOutlierDetector } from './envoy-outlier.ts';
import { envoyOutlierDetection } from './envoy-outlier-parameters.ts';
import {
  CONSECUTIVE_5XX,
  CONSECUTIVE_GATEWAY_FAILURE,
  CONSECUTIVE_LOCAL_ORIGIN_FAILURE,
  EXT_ORIGIN_REQUEST_FAILED,
  EXT_ORIGIN_REQUEST_SUCCESS,
  EXTERNAL_ORIGIN,
  FAILURE_PERCENTAGE,
  FAILURE_PERCENTAGE_LOCAL_ORIGIN,
  LOCAL_ORIGIN,
  LOCAL_ORIGIN_CONNECT_FAILED,
  LOCAL_ORIGIN_CONNECT_SUCCESS,
  LOCAL_ORIGIN_CONNECT_SUCCESS_FINAL,
  LOCAL_ORIGIN_TIMEOUT,
  SUCCESS_RATE,
  SUCCESS_RATE_LOCAL_ORIGIN,
} from './envoy-outlier-types.ts';

const shape = z.object(envoyOutlierDetection.parameters);
/** All hosts may be ejected. */
const NO_LIMIT = { maxEjectionPercent: '100%' };

function detector(hosts: number, overrides: object = NO_LIMIT, draw = 0.5): EnvoyOutlierDetector {
  const made = new EnvoyOutlierDetector(shape.parse(overrides), hosts, { uniform: () => draw });
  for (let host = 0; host < hosts; host++) made.addHost(host);
  return made;
}

function send(made: EnvoyOutlierDetector, host: number, result: number, times: number, now = 0): void {
  for (let i = 0; i < times; i++) made.onResult(host, result, now);
}

describe('the parameters of outlier detection', () => {
  it('have the product’s defaults', () => {
    expect(shape.parse({})).toEqual({
      consecutive5xx: 5,
      enforcingConsecutive5xx: 1,
      consecutiveGatewayFailure: 5,
      enforcingConsecutiveGatewayFailure: 0,
      splitExternalLocalOriginErrors: false,
      consecutiveLocalOriginFailure: 5,
      enforcingConsecutiveLocalOriginFailure: 1,
      interval: 10 * SECOND,
      baseEjectionTime: 30 * SECOND,
      maxEjectionTime: undefined,
      maxEjectionTimeJitter: 0,
      maxEjectionPercent: 0.1,
      alwaysEjectOneHost: false,
      ejectionPercentRule: 'strict',
      successRateMinimumHosts: 5,
      successRateRequestVolume: 100,
      successRateStdevFactor: 1900,
      enforcingSuccessRate: 1,
      enforcingLocalOriginSuccessRate: 1,
      failurePercentageThreshold: 0.85,
      failurePercentageMinimumHosts: 5,
      failurePercentageRequestVolume: 50,
      enforcingFailurePercentage: 0,
      enforcingFailurePercentageLocalOrigin: 0,
      successfulActiveHealthCheckUnejectHost: true,
    });
  });
});

describe('consecutive errors', () => {
  it('are broken by any status below 500', () => {
    const made = detector(1);
    send(made, 0, 500, 4);
    send(made, 0, 404, 1);
    send(made, 0, 500, 4);
    expect(made.isEjected(0)).toBe(false);
    send(made, 0, 500, 1);
    expect(made.isEjected(0)).toBe(true);
  });

  it('of a gateway are broken by other server errors, which go on counting as such', () => {
    const made = detector(1, { ...NO_LIMIT, enforcingConsecutive5xx: 0, enforcingConsecutiveGatewayFailure: '100%' });
    send(made, 0, 503, 4);
    send(made, 0, 500, 1);
    send(made, 0, 502, 4);
    expect([made.isEjected(0), made.detected[CONSECUTIVE_5XX]]).toEqual([false, 1]);
    send(made, 0, 504, 1);
    expect(made.isEjected(0)).toBe(true);
  });

  it('trip the gateway detector first where both are due', () => {
    const made = detector(1, { ...NO_LIMIT, enforcingConsecutiveGatewayFailure: '100%' });
    send(made, 0, 503, 5);
    expect([made.enforced[CONSECUTIVE_GATEWAY_FAILURE], made.enforced[CONSECUTIVE_5XX]]).toEqual([1, 0]);
    expect(made.detected[CONSECUTIVE_5XX]).toBe(0);
  });

  it('that are not enforced are detected every so many', () => {
    const made = detector(1, { ...NO_LIMIT, enforcingConsecutive5xx: 0 });
    send(made, 0, 500, 12);
    expect([made.detected[CONSECUTIVE_5XX], made.enforced[CONSECUTIVE_5XX], made.ejections]).toEqual([2, 0, 0]);
  });

  it('of an ejected host neither eject it again nor leave it close to it on its return', () => {
    const made = detector(1);
    send(made, 0, 500, 9);
    expect([made.detected[CONSECUTIVE_5XX], made.ejectionCount(0)]).toEqual([1, 1]);
    send(made, 0, 500, 30);
    made.sweep(30 * SECOND);
    expect(made.isEjected(0)).toBe(false);
    send(made, 0, 500, 4, 30 * SECOND);
    expect(made.isEjected(0)).toBe(false);
    send(made, 0, 500, 1, 30 * SECOND);
    expect([made.isEjected(0), made.ejectionMultiplier(0)]).toEqual([true, 2]);
  });

  it('of a host that is not there do not count', () => {
    const made = detector(2);
    made.removeHost(1);
    send(made, 1, 500, 50);
    expect([made.detected[CONSECUTIVE_5XX], made.isEjected(1)]).toEqual([0, false]);
  });
});

describe('local results', () => {
  it.each([
    ['a timeout', LOCAL_ORIGIN_TIMEOUT, CONSECUTIVE_GATEWAY_FAILURE],
    ['a failed connection', LOCAL_ORIGIN_CONNECT_FAILED, CONSECUTIVE_GATEWAY_FAILURE],
    ['a failed request', EXT_ORIGIN_REQUEST_FAILED, CONSECUTIVE_5XX],
  ])('count as statuses where they are not split off: %s', (_, result, type) => {
    const made = detector(1, { ...NO_LIMIT, enforcingConsecutive5xx: 0 });
    send(made, 0, result, 5);
    expect(made.detected[type]).toBe(1);
    expect(made.detected[CONSECUTIVE_LOCAL_ORIGIN_FAILURE]).toBe(0);
  });

  it('give way to a code that is passed along', () => {
    const made = detector(1);
    for (let i = 0; i < 20; i++) made.onResult(0, LOCAL_ORIGIN_TIMEOUT, 0, 200);
    expect(made.isEjected(0)).toBe(false);
    for (let i = 0; i < 5; i++) made.onResult(0, LOCAL_ORIGIN_CONNECT_SUCCESS, 0, 500);
    expect(made.isEjected(0)).toBe(true);
  });

  it('of a connection alone say nothing, unless nothing else will be said', () => {
    const made = detector(1);
    send(made, 0, 500, 4);
    send(made, 0, LOCAL_ORIGIN_CONNECT_SUCCESS, 3);
    send(made, 0, 500, 1);
    expect(made.isEjected(0)).toBe(true);
    const broken = detector(1);
    send(broken, 0, 500, 4);
    send(broken, 0, LOCAL_ORIGIN_CONNECT_SUCCESS_FINAL, 1);
    send(broken, 0, 500, 4);
    expect(broken.isEjected(0)).toBe(false);
  });

  it('count on their own where they are split off', () => {
    const made = detector(1, { ...NO_LIMIT, splitExternalLocalOriginErrors: true });
    send(made, 0, LOCAL_ORIGIN_CONNECT_FAILED, 4);
    send(made, 0, 500, 4);
    send(made, 0, LOCAL_ORIGIN_CONNECT_SUCCESS, 1);
    send(made, 0, LOCAL_ORIGIN_CONNECT_FAILED, 4);
    expect(made.ejections).toBe(0);
    send(made, 0, LOCAL_ORIGIN_TIMEOUT, 1);
    expect([made.ejections, made.enforced[CONSECUTIVE_LOCAL_ORIGIN_FAILURE]]).toEqual([1, 1]);
  });

  it('of a request count for both where they are split off, and a failed one as a gateway error', () => {
    const made = detector(1, { ...NO_LIMIT, splitExternalLocalOriginErrors: true, enforcingConsecutive5xx: 0 });
    send(made, 0, LOCAL_ORIGIN_CONNECT_FAILED, 4);
    send(made, 0, EXT_ORIGIN_REQUEST_SUCCESS, 1);
    send(made, 0, LOCAL_ORIGIN_CONNECT_FAILED, 4);
    expect(made.ejections).toBe(0);
    send(made, 0, EXT_ORIGIN_REQUEST_FAILED, 5);
    expect(made.detected[CONSECUTIVE_GATEWAY_FAILURE]).toBe(1);
  });
});

/** Sends to each host so many requests, of which a host fails so many. */
function interval(made: EnvoyOutlierDetector, failures: readonly number[], requests: number, now = 0): void {
  for (const [host, failed] of failures.entries()) {
    for (let i = 0; i < requests; i++) made.onResult(host, i < failed ? 500 : 200, now);
  }
}

const BY_RATE = { ...NO_LIMIT, enforcingConsecutive5xx: 0 };

describe('success rates', () => {
  it('eject a host strictly below mean - factor * standard deviation, for one finished interval', () => {
    const made = detector(5, BY_RATE);
    interval(made, [0, 0, 0, 0, 100], 200);
    made.sweep(10 * SECOND);
    expect([made.successRateAverage(EXTERNAL_ORIGIN), made.successRateThreshold(EXTERNAL_ORIGIN)]).toEqual([90, 52]);
    expect([made.isEjected(4), made.enforced[SUCCESS_RATE]]).toEqual([true, 1]);
    made.sweep(20 * SECOND);
    expect(made.successRateAverage(EXTERNAL_ORIGIN)).toBe(-1);
  });

  it('leave a host exactly at the threshold', () => {
    // With a factor of 2 the threshold of 50, 100, 100, 100, 100 is 90 - 2 * 20 = 50.
    const made = detector(5, { ...BY_RATE, successRateStdevFactor: 2000 });
    interval(made, [0, 0, 0, 0, 100], 200);
    made.sweep(10 * SECOND);
    expect([made.successRateThreshold(EXTERNAL_ORIGIN), made.ejections]).toEqual([50, 0]);
  });

  it.each([
    ['too few requests', 5, 99],
    ['too few hosts', 4, 200],
  ])('are not judged with %s', (_, hosts, requests) => {
    const made = detector(hosts, BY_RATE);
    const failures = Array.from({ length: hosts }, (_unused, host) => (host === 0 ? requests : 0));
    interval(made, failures, requests);
    made.sweep(10 * SECOND);
    expect([made.ejections, made.successRateAverage(EXTERNAL_ORIGIN)]).toEqual([0, -1]);
  });

  it('of ejected hosts are not judged', () => {
    const made = detector(6, { ...NO_LIMIT, consecutive5xx: 5 });
    send(made, 5, 500, 5);
    interval(made, [0, 0, 0, 0, 0, 200], 200);
    made.sweep(10 * SECOND);
    expect([made.successRate(5, EXTERNAL_ORIGIN), made.successRateAverage(EXTERNAL_ORIGIN)]).toEqual([-1, 100]);
  });

  it('of local results are kept apart', () => {
    const made = detector(5, { ...BY_RATE, splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailure: 0 });
    for (let host = 0; host < 5; host++) send(made, host, LOCAL_ORIGIN_CONNECT_SUCCESS, 100);
    send(made, 3, LOCAL_ORIGIN_TIMEOUT, 100);
    made.sweep(10 * SECOND);
    expect([made.isEjected(3), made.enforced[SUCCESS_RATE_LOCAL_ORIGIN], made.enforced[SUCCESS_RATE]]).toEqual([
      true,
      1,
      0,
    ]);
    expect([made.successRate(3, LOCAL_ORIGIN), made.successRate(3, EXTERNAL_ORIGIN)]).toEqual([50, -1]);
  });
});

describe('failure percentages', () => {
  const enforcing = { ...BY_RATE, enforcingSuccessRate: 0, enforcingFailurePercentage: '100%' };

  it('eject a host at the threshold or above', () => {
    const made = detector(5, enforcing);
    interval(made, [84, 85, 86, 0, 0], 100);
    made.sweep(10 * SECOND);
    expect([0, 1, 2, 3].map((host) => made.isEjected(host))).toEqual([false, true, true, false]);
    expect(made.enforced[FAILURE_PERCENTAGE]).toBe(2);
  });

  it('need fewer requests than success rates', () => {
    const made = detector(5, enforcing);
    interval(made, [50, 0, 0, 0, 0], 50);
    made.sweep(10 * SECOND);
    expect([made.isEjected(0), made.successRate(0, EXTERNAL_ORIGIN)]).toEqual([true, 0]);
    expect(made.successRateAverage(EXTERNAL_ORIGIN)).toBe(-1);
  });

  it('of local results are kept apart', () => {
    const made = detector(5, {
      ...enforcing,
      splitExternalLocalOriginErrors: true,
      enforcingLocalOriginSuccessRate: 0,
      enforcingConsecutiveLocalOriginFailure: 0,
      enforcingFailurePercentageLocalOrigin: '100%',
    });
    for (let host = 0; host < 5; host++) {
      send(made, host, host === 2 ? LOCAL_ORIGIN_CONNECT_FAILED : LOCAL_ORIGIN_CONNECT_SUCCESS, 60);
    }
    made.sweep(10 * SECOND);
    expect([made.isEjected(2), made.enforced[FAILURE_PERCENTAGE_LOCAL_ORIGIN]]).toEqual([true, 1]);
  });

  it('eject a host once that success rate has found as well', () => {
    const made = detector(5, { ...BY_RATE, enforcingFailurePercentage: '100%' });
    interval(made, [0, 0, 0, 0, 180], 200);
    made.sweep(10 * SECOND);
    expect([made.detected[SUCCESS_RATE], made.detected[FAILURE_PERCENTAGE]]).toEqual([1, 1]);
    expect([made.ejections, made.ejectionCount(4), made.enforced[FAILURE_PERCENTAGE]]).toEqual([1, 1, 0]);
  });
});

describe('the return of a host', () => {
  it('happens only at a sweep, so the time is rounded up', () => {
    const made = detector(1);
    send(made, 0, 500, 5, 1);
    const states = [10, 20, 30, 40].map((second) => {
      made.sweep(second * SECOND);
      return made.isEjected(0);
    });
    expect(states).toEqual([true, true, true, false]);
  });

  it('is delayed by a jitter of whole milliseconds', () => {
    const made = detector(1, { ...NO_LIMIT, maxEjectionTimeJitter: '10s' }, 0.9999);
    send(made, 0, 500, 5);
    made.sweep(39 * SECOND);
    expect(made.isEjected(0)).toBe(true);
    made.sweep(40 * SECOND);
    expect(made.isEjected(0)).toBe(false);
  });

  it('is quicker the longer it has behaved since', () => {
    const made = detector(1);
    let now = 0;
    const eject = (): number => {
      send(made, 0, 500, 5, now);
      const from = now;
      while (made.isEjected(0)) made.sweep((now += 10 * SECOND));
      return (now - from) / SECOND;
    };
    expect([eject(), eject(), eject()]).toEqual([30, 60, 90]);
    // The sweep that let it back is no healthy one; two of the next four bring the multiplier from 3 to 1.
    for (let i = 0; i < 2; i++) made.sweep((now += 10 * SECOND));
    expect(made.ejectionMultiplier(0)).toBe(1);
    expect(eject()).toBe(60);
  });

  it('comes at once with an active health check that passes, unless that is turned off', () => {
    for (const on of [true, false]) {
      const made = detector(1, { ...NO_LIMIT, successfulActiveHealthCheckUnejectHost: on });
      send(made, 0, 500, 5);
      made.onActiveHealthCheckSuccess(0, SECOND);
      expect(made.isEjected(0)).toBe(!on);
    }
  });

  it('does not matter for a host that leaves: its place is free, and it joins again with no history', () => {
    const made = detector(10, {});
    send(made, 0, 500, 5);
    send(made, 1, 500, 5);
    expect([made.ejections, made.overflow]).toEqual([1, 1]);
    made.removeHost(0);
    expect([made.ejections, made.isEjected(0)]).toEqual([0, false]);
    made.addHost(0);
    send(made, 1, 500, 5);
    expect([made.isEjected(1), made.ejectionCount(0), made.ejectionMultiplier(0)]).toEqual([true, 0, 0]);
  });
});

describe('the chance of enforcement', () => {
  it('is a whole percentage of draws', () => {
    const ejected = [0.299, 0.3, 0.301].map((draw) => {
      const made = detector(1, { ...NO_LIMIT, enforcingConsecutive5xx: '30%' }, draw);
      send(made, 0, 500, 5);
      return made.isEjected(0);
    });
    expect(ejected).toEqual([true, false, false]);
  });

  it('is drawn for each host by its own detections', () => {
    const asked: number[] = [];
    const config = shape.parse({ ...NO_LIMIT, enforcingConsecutive5xx: '50%' });
    const made = new EnvoyOutlierDetector(config, 3, { uniform: (ordinal) => (asked.push(ordinal), 0.9) });
    for (let host = 0; host < 3; host++) made.addHost(host);
    send(made, 2, 500, 10);
    const alone = [...asked];
    asked.length = 0;
    const busy = new EnvoyOutlierDetector(config, 3, { uniform: (ordinal) => (asked.push(ordinal), 0.9) });
    for (let host = 0; host < 3; host++) busy.addHost(host);
    for (let i = 0; i < 10; i++) for (const host of [0, 1, 2]) busy.onResult(host, 500, 0);
    expect(new Set(asked).size).toBe(asked.length);
    for (const ordinal of alone) expect(asked).toContain(ordinal);
  });
});

describe('what condemns a host', () => {
  it('is a run of errors, until a success, ejected or not', () => {
    const made = detector(10, {});
    send(made, 0, 500, 5);
    send(made, 1, 500, 5);
    expect([0, 1, 2].map((host) => made.condemns(host))).toEqual([true, true, false]);
    expect([0, 1].map((host) => made.isEjected(host))).toEqual([true, false]);
    send(made, 0, 200, 1);
    expect([made.condemns(0), made.isEjected(0)]).toEqual([false, true]);
  });

  it('is a rate of the last interval', () => {
    const made = detector(5, { ...BY_RATE, enforcingFailurePercentage: '100%' });
    interval(made, [0, 0, 0, 0, 180], 200);
    made.sweep(10 * SECOND);
    expect(made.condemns(4)).toBe(true);
    interval(made, [0, 0, 0, 0, 0], 200, 11 * SECOND);
    made.sweep(20 * SECOND);
    expect([made.condemns(4), made.isEjected(4)]).toEqual([false, true]);
  });

  it('is nothing that is not enforced', () => {
    const made = detector(1, { ...NO_LIMIT, enforcingConsecutive5xx: 0 });
    send(made, 0, 500, 50);
    expect(made.condemns(0)).toBe(false);
  });
});

const someActs = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        op: fc.constant('results' as const),
        host: fc.nat(11),
        status: fc.constantFrom(200, 500, 503),
        times: fc.nat(12),
      }),
    },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('sweep' as const) }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('remove' as const), host: fc.nat(11) }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('add' as const), host: fc.nat(11) }) },
  ),
  { maxLength: 120 },
);

describe('the share of ejected hosts', () => {
  it('grows only by the rule, and is counted right whatever happens', () => {
    const rules = fc.record({
      maxEjectionPercent: fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
      alwaysEjectOneHost: fc.boolean(),
      ejectionPercentRule: fc.constantFrom('strict' as const, 'firstHostAlways' as const),
    });
    fc.assert(
      fc.property(rules, someActs, (share, acts) => {
        const made = detector(12, { ...share, successRateRequestVolume: 5, enforcingFailurePercentage: 1 });
        const present = new Set(Array.from({ length: 12 }, (_, host) => host));
        let now = 0;
        for (const act of acts) {
          const before = made.ejections;
          now += SECOND;
          if (act.op === 'results') send(made, act.host, act.status, act.times, now);
          else if (act.op === 'sweep') made.sweep((now += 9 * SECOND));
          else if (act.op === 'add') made.addHost(present.add(act.host) && act.host);
          else if (present.delete(act.host)) made.removeHost(act.host);
          const ejected = [...present].filter((host) => made.isEjected(host)).length;
          expect(made.ejections).toBe(ejected);
          // A single result can eject one host: there must have been room for it.
          if (act.op === 'results' && ejected > before) {
            expect(ejected).toBe(before + 1);
            expect(roomForOne(share, before, present.size)).toBe(true);
          }
        }
      }),
    );
  });
});
