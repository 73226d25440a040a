import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEVER } from '../kernel/time.ts';
import { SpeedProfile } from './speed-profile.ts';
import type { SpeedChange } from './speed-profile.ts';

/** Factors whose products and quotients are exact, so that the naive sum is too. */
const change: fc.Arbitrary<SpeedChange> = fc.record({
  from: fc.integer({ min: 0, max: 40 }),
  until: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constant(NEVER)),
  factor: fc.constantFrom(1, 2, 4, NEVER),
  reach: fc.constantFrom('all', 'all', 'new', 'crash'),
});
const changes = fc
  .array(change, { maxLength: 4 })
  .map((all) => all.map((one) => (one.reach === 'new' && one.factor === NEVER ? { ...one, factor: 2 } : one)));

const lasting = (all: readonly SpeedChange[], time: number): readonly SpeedChange[] =>
  all.filter(({ from, until }) => from <= time && time < until);

const isDown = (all: readonly SpeedChange[], time: number): boolean =>
  lasting(all, time).some(({ reach }) => reach === 'crash');

const speedAt = (all: readonly SpeedChange[], time: number): number =>
  lasting(all, time).reduce((speed, { factor, reach }) => (reach === 'all' ? speed / factor : speed), 1);

/** Nanosecond by nanosecond. */
function finish(all: readonly SpeedChange[], start: number, work: number): number {
  let left = work;
  for (let time = start; time < 1000; time++) {
    if (isDown(all, time)) return NEVER;
    const speed = speedAt(all, time);
    if (speed > 0 && left <= speed) {
      const done = Math.floor(time + left / speed + 0.5);
      return done > time && isDown(all, done) ? NEVER : done;
    }
    left -= speed;
  }
  return NEVER;
}

describe('a speed profile', () => {
  it('finishes work when a step-by-step integration does', () => {
    fc.assert(
      fc.property(changes, fc.array(fc.tuple(fc.nat(70), fc.nat(40)), { minLength: 1, maxLength: 8 }), (all, jobs) => {
        const profile = new SpeedProfile(all);
        for (const [start, work] of jobs) expect(profile.finish(start, work)).toBe(finish(all, start, work));
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it('knows at any moment, in any order of questions, what the changes in force make of it', () => {
    fc.assert(
      fc.property(changes, fc.array(fc.nat(70), { minLength: 1 }), (all, times) => {
        const profile = new SpeedProfile(all);
        for (const time of times) {
          const factors = lasting(all, time).filter(({ reach }) => reach === 'new');
          expect(profile.startFactor(time)).toBe(factors.reduce((product, { factor }) => product * factor, 1));
          expect(profile.isDown(time)).toBe(isDown(all, time));
          let up = time;
          while (up < 100 && isDown(all, up)) up++;
          expect(profile.upFrom(time)).toBe(isDown(all, up) ? NEVER : up);
        }
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('loses what would be done at the very moment of a crash', () => {
    const profile = new SpeedProfile([{ from: 100, until: 200, factor: 1, reach: 'crash' }]);
    expect(profile.finish(90, 9)).toBe(99);
    expect(profile.finish(90, 10)).toBe(NEVER);
    expect(profile.finish(200, 10)).toBe(210);
  });

  it('takes a slow stretch out of work in progress, and only out of that part which lies in it', () => {
    const profile = new SpeedProfile([{ from: 100, until: 200, factor: 4, reach: 'all' }]);
    // 50 before, 25 during the 100, 25 after.
    expect(profile.finish(50, 100)).toBe(225);
    expect(profile.finish(0, 100)).toBe(100);
  });
});
