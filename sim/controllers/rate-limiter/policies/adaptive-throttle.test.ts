import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../../kernel/time.ts';
import type { Kind } from '../../../stack/result.ts';
import { CANCELLED, ERROR, LIMITED, OK, REFUSED, TIMED_OUT } from '../../../stack/result.ts';
import type { LimiterPolicy } from '../policy.ts';
import { DENIED } from '../policy.ts';
import { draw, make } from '../testing/drive.ts';
import { AdaptiveThrottle, adaptiveThrottle, rejectProbability } from './adaptive-throttle.ts';
import { grpcAdaptiveThrottle, GrpcAdaptiveThrottle, GrpcThrottler } from './grpc-adaptive-throttle.ts';

const NEVER_REJECTED = draw(1 - 2 ** -53);
const ALWAYS_REJECTED = draw(0);

const kinds = (...kinds: Kind[]): Kind[] => kinds;

/** Sends `count` requests that end as `kind` at once. */
function send(policy: LimiterPolicy, now: number, count: number, kind: Kind): void {
  for (let i = 0; i < count; i++) {
    expect(policy.acquire(now, NEVER_REJECTED)).toBe(0);
    policy.ended(now, kind, 0);
  }
}

describe('of the SRE book', () => {
  test('rejects nothing while at least half of the requests are accepted', () => {
    const policy = make(adaptiveThrottle);
    send(policy, 0, 50, OK);
    send(policy, 0, 50, REFUSED);
    expect(policy.used(0)).toBe(0);
    expect(policy.acquire(0, ALWAYS_REJECTED)).toBe(0);
  });

  test('rejects with the probability of its formula', () => {
    const policy = make(adaptiveThrottle);
    send(policy, 0, 40, OK);
    send(policy, 0, 60, REFUSED);
    expect(policy.used(0)).toBe(20 / 101);
    expect(policy.acquire(0, draw(0.1981))).toBe(0);
    // One request more: 21 / 102.
    expect(policy.acquire(0, draw(0.2058))).toBe(DENIED);
  });

  test('counts its own rejections as requests', () => {
    const policy = make(adaptiveThrottle);
    send(policy, 0, 10, REFUSED);
    expect(policy.used(0)).toBe(10 / 11);
    expect(policy.acquire(0, ALWAYS_REJECTED)).toBe(DENIED);
    expect(policy.used(0)).toBe(11 / 12);
  });

  test('counts what was answered as accepted, an error too, but no refusal, no limit, no silence', () => {
    const used = (kind: Kind, written = {}): number => {
      const policy = make(adaptiveThrottle, written);
      send(policy, 0, 10, kind);
      return policy.used(0);
    };
    expect(kinds(OK, ERROR).map((kind) => used(kind))).toEqual([0, 0]);
    expect(kinds(REFUSED, LIMITED, TIMED_OUT, CANCELLED).map((kind) => used(kind))).toEqual(Array(4).fill(10 / 11));
    expect(used(TIMED_OUT, { timeoutsAccepted: true })).toBe(0);
  });

  test('forgets after two minutes', () => {
    const policy = make(adaptiveThrottle);
    send(policy, 0, 100, REFUSED);
    expect(policy.used(2 * MINUTE - SECOND)).toBeGreaterThan(0.9);
    expect(policy.used(2 * MINUTE)).toBe(0);
  });

  test('a charge is so many requests more', () => {
    const policy = make(adaptiveThrottle);
    policy.charge(0, 9);
    expect(policy.used(0)).toBe(9 / 10);
  });
});

describe('of gRPC', () => {
  test('needs more than its padding of failures before it throttles for sure of anything', () => {
    const policy = make(grpcAdaptiveThrottle);
    send(policy, 0, 8, REFUSED);
    expect(policy.used(0)).toBe(8 / 16);
  });

  test('counts when the answer comes, not when the request is sent', () => {
    const policy = make(grpcAdaptiveThrottle);
    for (let i = 0; i < 100; i++) policy.acquire(0, NEVER_REJECTED);
    expect(policy.used(0)).toBe(0);
  });

  test('throttles only if the probability is above the draw, and then counts that as one throttled', () => {
    const throttler = new GrpcThrottler(30 * SECOND, 100, 2, 8);
    for (let i = 0; i < 8; i++) throttler.registerBackendResponse(0, true);
    expect(throttler.shouldThrottle(0, 0.5)).toBe(false);
    expect(throttler.throttles.sum(0)).toBe(8);
    expect(throttler.shouldThrottle(0, 0.49)).toBe(true);
    expect(throttler.throttles.sum(0)).toBe(9);
  });

  test('takes every error for a throttle, and nothing from a call that was given up', () => {
    const used = (kind: Kind): number => {
      const policy = make(grpcAdaptiveThrottle);
      send(policy, 0, 8, kind);
      return policy.used(0);
    };
    expect(kinds(ERROR, REFUSED, LIMITED, TIMED_OUT).map(used)).toEqual(Array(4).fill(0.5));
    expect(kinds(OK, CANCELLED).map(used)).toEqual([0, 0]);
  });

  test('forgets after thirty seconds, in bins of 0.3 s', () => {
    const policy = make(grpcAdaptiveThrottle);
    send(policy, 0, 100, REFUSED);
    expect(policy.used(29.9 * SECOND)).toBeGreaterThan(0.9);
    expect(policy.used(30 * SECOND)).toBe(0);
  });
});

test('the probability is from 0 to 1, grows with the requests and falls with the accepts', () => {
  const count = fc.nat({ max: 1000 });
  fc.assert(
    fc.property(
      count,
      count,
      fc.double({ min: 1, max: 3, noNaN: true }),
      fc.nat({ max: 10 }),
      (requests, accepts, k, pad) => {
        const p = rejectProbability(requests, accepts, k, pad);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(rejectProbability(requests + 1, accepts, k, pad)).toBeGreaterThanOrEqual(p);
        expect(rejectProbability(requests, accepts + 1, k, pad)).toBeLessThanOrEqual(p);
      },
    ),
  );
});

test('both equal the formula over counts recomputed from the whole history', () => {
  const step = fc.record({
    wait: fc.nat({ max: 3000 }),
    draw: fc.double({ min: 0, max: 0.999, noNaN: true }),
    kind: fc.constantFrom<Kind>(OK, ERROR, REFUSED, LIMITED, TIMED_OUT, CANCELLED),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, grpc) => {
      const bins = 10;
      const window = 10 * SECOND;
      const policy: LimiterPolicy = grpc
        ? new GrpcAdaptiveThrottle(new GrpcThrottler(window, bins, 2, 8))
        : new AdaptiveThrottle(window, bins, 2, 1, false);
      /** Bin of each event; whether it was a request (of the book) or throttled (of gRPC), or accepted. */
      const events: [number, 'asked' | 'accepted'][] = [];
      let now = 0;
      for (const { wait, draw: value, kind } of steps) {
        now += wait * 1e6;
        const bin = Math.floor(now / SECOND);
        const inWindow = events.filter(([at]) => at > bin - bins);
        const asked = inWindow.filter(([, what]) => what === 'asked').length;
        const accepted = inWindow.length - asked;
        const p = grpc ? rejectProbability(asked + accepted, accepted, 2, 8) : rejectProbability(asked, accepted, 2, 1);
        expect(policy.used(now)).toBe(p);
        const answer = policy.acquire(now, draw(value));
        expect(answer).toBe(p > Math.floor(value * 2 ** 53) / 2 ** 53 ? DENIED : 0);
        if (!grpc || answer === DENIED) events.push([bin, 'asked']);
        if (answer === DENIED) continue;
        policy.ended(now, kind, 0);
        if (kind === OK || (kind === ERROR && !grpc)) events.push([bin, 'accepted']);
        else if (grpc && kind !== CANCELLED) events.push([bin, 'asked']);
      }
    }),
  );
});
