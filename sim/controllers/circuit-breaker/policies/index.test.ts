import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { parameterMeta } from '../../parameters.ts';
import { CLOSED, HALF_OPEN, NO_TICKET, OPEN } from '../policy.ts';
import type { BreakerPolicyDefinition } from '../policy.ts';
import { BREAKER_POLICIES } from './index.ts';
import { build, sameDraw } from './testing/calls.ts';

interface Subject {
  readonly name: string;
  readonly written: Readonly<Record<string, unknown>>;
  /** The shortest time that it refuses after it has opened. */
  readonly wait: number;
  readonly permits: number;
  /** Whether `release` by any call at all, late or not, frees a permit, as the product has it. */
  readonly releasesAny: boolean;
}

/** Every policy, set so that it opens and closes often within a short history. */
const SUBJECTS: readonly Subject[] = [
  {
    name: 'consecutive',
    written: { failures: 3, waitOpen: '2s', halfOpenCalls: 2 },
    wait: 2 * SECOND,
    permits: 2,
    releasesAny: false,
  },
  {
    name: 'countWindow',
    written: { window: 8, minimumCalls: 4, waitOpen: '2s', halfOpenCalls: 3 },
    wait: 2 * SECOND,
    permits: 3,
    releasesAny: true,
  },
  {
    name: 'timeWindow',
    written: { window: '4s', minimumCalls: 4, waitOpen: '2s', halfOpenCalls: 3, slowCall: '1s' },
    wait: 2 * SECOND,
    permits: 3,
    releasesAny: true,
  },
  {
    name: 'resilience4j',
    written: {
      slidingWindowType: 'TIME_BASED',
      slidingWindowSize: 5,
      minimumNumberOfCalls: 4,
      waitDurationInOpenState: '2s',
      waitIntervalFunctionInOpenState: 'exponential',
      permittedNumberOfCallsInHalfOpenState: 3,
      maxWaitDurationInHalfOpenState: '3s',
    },
    wait: 2 * SECOND,
    permits: 3,
    releasesAny: true,
  },
  {
    name: 'hystrix',
    written: { requestVolumeThreshold: 3, sleepWindow: '2s' },
    wait: 2 * SECOND,
    permits: 1,
    releasesAny: false,
  },
  {
    name: 'polly',
    written: { FailureRatio: '40%', MinimumThroughput: 3, BreakDuration: '2s' },
    wait: 2 * SECOND,
    permits: 1,
    releasesAny: false,
  },
  {
    name: 'gobreaker',
    written: {
      MaxRequests: 2,
      Interval: '5s',
      BucketPeriod: '1s',
      Timeout: '2s',
      ReadyToTrip: 'failureRatio',
      FailureRatio: '40%',
    },
    wait: 2 * SECOND,
    permits: 2,
    releasesAny: false,
  },
  {
    name: 'finagle',
    written: { consecutiveFailures: 3, window: '3s', markDeadFor: '2s', markDeadForMax: '8s' },
    wait: 2 * SECOND,
    permits: 1,
    releasesAny: true,
  },
  {
    name: 'linkerd',
    written: { 'max-failures': 3, 'min-penalty': '2s', 'max-penalty': '9s' },
    wait: 2 * SECOND,
    permits: 1,
    releasesAny: false,
  },
];

function definitionOf(name: string): BreakerPolicyDefinition {
  const found = BREAKER_POLICIES.find((definition) => definition.name === name);
  if (found === undefined) throw new Error(`no policy ${name}`);
  return found;
}

const act = fc.record({
  gap: fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: 300 * MILLISECOND }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 6 * SECOND }) },
  ),
  what: fc.oneof(
    { weight: 5, arbitrary: fc.constant('ask' as const) },
    { weight: 4, arbitrary: fc.constantFrom('succeed' as const, 'fail' as const, 'fail' as const) },
    { weight: 1, arbitrary: fc.constant('release' as const) },
  ),
  which: fc.nat(1000),
});
const history = fc.array(act, { maxLength: 150 });

it('every policy is a subject of the properties', () => {
  expect(SUBJECTS.map(({ name }) => name)).toEqual(BREAKER_POLICIES.map(({ name }) => name));
});

describe.each(SUBJECTS)('$name', ({ name, written, wait, permits, releasesAny }) => {
  it('that sees only fast successes never opens', () => {
    const successes = fc.array(fc.record({ gap: fc.nat(SECOND), held: fc.nat(5) }), { maxLength: 150 });
    fc.assert(
      fc.property(successes, (steps) => {
        const policy = build(definitionOf(name), written);
        const tickets: number[] = [];
        let now = 0;
        for (const { gap, held } of steps) {
          now += gap;
          const ticket = policy.acquire(now);
          expect(ticket).toBeGreaterThanOrEqual(0);
          tickets.push(ticket);
          while (tickets.length > held) policy.record(now, tickets.shift() as number, false, SECOND);
          expect(policy.tripped(now)).toBe(false);
          expect(policy.state(now)).toBe(CLOSED);
        }
      }),
    );
  });

  it('lets nothing through between opening and the end of its wait', () => {
    fc.assert(
      fc.property(history, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (acts, draw) => {
        const policy = build(definitionOf(name), written, sameDraw(draw));
        const held: number[] = [];
        let now = 0;
        /** It was seen not open then, so it has not been open for longer. */
        let lastNotOpen = 0;
        for (const { gap, what, which } of acts) {
          now += gap;
          const before = policy.state(now);
          if (before !== OPEN) lastNotOpen = now;
          if (what === 'ask') {
            const ticket = policy.acquire(now);
            if (ticket === NO_TICKET) expect(before).not.toBe(CLOSED);
            else held.push(ticket);
            if (before === OPEN && ticket !== NO_TICKET) expect(now - lastNotOpen).toBeGreaterThanOrEqual(wait);
            if (before === OPEN && ticket !== NO_TICKET) expect(policy.state(now)).toBe(HALF_OPEN);
          } else if (held.length > 0) {
            const [ticket] = held.splice(which % held.length, 1);
            if (what === 'release') policy.release(now, ticket);
            else policy.record(now, ticket, what === 'fail', 0);
          }
          if (policy.state(now) !== OPEN) lastNotOpen = now;
        }
      }),
    );
  });

  it('never lets more through while half-open than its permits', () => {
    fc.assert(
      fc.property(history, (acts) => {
        const policy = build(definitionOf(name), written);
        const held: { ticket: number; probe: boolean }[] = [];
        let probes = 0;
        let allowance = permits;
        let now = 0;
        for (const { gap, what, which } of acts) {
          // Small steps, so that no state is passed over unseen.
          for (const end = now + gap; now < end; now = Math.min(end, now + 250 * MILLISECOND)) {
            if (policy.state(now) !== HALF_OPEN) [probes, allowance] = [0, permits];
          }
          if (policy.state(now) !== HALF_OPEN) [probes, allowance] = [0, permits];
          if (what === 'ask') {
            const ticket = policy.acquire(now);
            const probe = policy.state(now) === HALF_OPEN;
            if (ticket !== NO_TICKET) held.push({ ticket, probe });
            if (ticket !== NO_TICKET && probe) probes += 1;
            expect(probes).toBeLessThanOrEqual(allowance);
          } else if (held.length > 0) {
            const [{ ticket, probe }] = held.splice(which % held.length, 1);
            if (what === 'release') policy.release(now, ticket);
            else policy.record(now, ticket, what === 'fail', 0);
            // A failed probe of Finagle may not be enough to mark it dead: then it is probed again at once.
            if ((what === 'release' && (probe || releasesAny)) || name === 'finagle') allowance += 1;
            if (policy.state(now) !== HALF_OPEN) [probes, allowance] = [0, permits];
          }
        }
      }),
    );
  });

  it('is a function of its history alone', () => {
    fc.assert(
      fc.property(history, (acts) => {
        const [one, other] = [0, 1].map(() => build(definitionOf(name), written));
        const held: number[] = [];
        let now = 0;
        for (const { gap, what, which } of acts) {
          now += gap;
          if (what === 'ask') {
            const ticket = one.acquire(now);
            expect(other.acquire(now)).toBe(ticket);
            if (ticket !== NO_TICKET) held.push(ticket);
          } else if (held.length > 0) {
            const [ticket] = held.splice(which % held.length, 1);
            for (const policy of [one, other]) {
              if (what === 'release') policy.release(now, ticket);
              else policy.record(now, ticket, what === 'fail', 0);
            }
          }
          expect(other.state(now)).toBe(one.state(now));
        }
      }),
    );
  });

  it('shows the same after its condition has been asked', () => {
    fc.assert(
      fc.property(history, (acts) => {
        const [asked, alone] = [0, 1].map(() => build(definitionOf(name), written));
        const held: number[] = [];
        let now = 0;
        for (const { gap, what, which } of acts) {
          asked.tripped(now + Math.floor(gap / 2));
          now += gap;
          asked.tripped(now);
          if (what === 'ask') {
            const ticket = alone.acquire(now);
            expect(asked.acquire(now)).toBe(ticket);
            if (ticket !== NO_TICKET) held.push(ticket);
          } else if (held.length > 0) {
            const [ticket] = held.splice(which % held.length, 1);
            for (const policy of [asked, alone]) {
              if (what === 'release') policy.release(now, ticket);
              else policy.record(now, ticket, what === 'fail', 0);
            }
          }
          expect(asked.state(now)).toBe(alone.state(now));
        }
      }),
    );
  });
});

describe.each(BREAKER_POLICIES.map((definition) => ({ name: definition.name, definition })))(
  'the definition of $name',
  ({ definition }) => {
    it('says what it is, where it comes from and what it gets wrong', () => {
      expect(definition.about.endsWith('.')).toBe(true);
      expect(definition.sources.length).toBeGreaterThan(0);
      expect(definition.knownToGetWrong.length).toBeGreaterThan(0);
    });

    it('documents each parameter, and each default with its source', () => {
      for (const [name, schema] of Object.entries(definition.parameters)) {
        const meta = parameterMeta(schema as never);
        expect(meta?.about, name).toMatch(/\.$/);
        if (meta?.default !== undefined) expect(meta.source, `source of the default of ${name}`).toBeTruthy();
      }
    });

    it('makes a closed breaker of its defaults alone', () => {
      const policy = build(definition);
      expect(policy.state(0)).toBe(CLOSED);
      expect(policy.tripped(0)).toBe(false);
      expect(policy.acquire(0)).toBeGreaterThanOrEqual(0);
    });
  },
);

it('names are unique', () => {
  const names = BREAKER_POLICIES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
