import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../kernel/time.ts';
import type { EjectionShare } from './envoy-ejections.ts';
import { EnvoyEjections, roomForOne } from './envoy-ejections.ts';

const strict: EjectionShare = { maxEjectionPercent: 0.1, alwaysEjectOneHost: false, ejectionPercentRule: 'strict' };
const old: EjectionShare = { ...strict, ejectionPercentRule: 'firstHostAlways' };

describe('room for one more ejection', () => {
  it('is never there for fewer than ten hosts by the strict rule with its defaults', () => {
    const sizes = Array.from({ length: 12 }, (_, i) => i + 1);
    expect(sizes.filter((hosts) => roomForOne(strict, 0, hosts))).toEqual([10, 11, 12]);
  });

  it('is there for one host of any number where one may always be ejected', () => {
    expect(roomForOne({ ...strict, alwaysEjectOneHost: true }, 0, 3)).toBe(true);
    expect(roomForOne({ ...strict, alwaysEjectOneHost: true }, 1, 3)).toBe(false);
    expect(roomForOne({ ...old, maxEjectionPercent: 0 }, 0, 3)).toBe(true);
  });

  it.each([
    // Of 10 hosts at most half: the old rule lets a sixth go only below half.
    [0.5, 4, true, true],
    [0.5, 5, false, false],
    // Of 10 hosts at most 45 %: strict counts the host itself in.
    [0.45, 4, false, true],
    [1, 9, true, true],
  ])('with a maximum of %d and %d ejected is %o (strict) and %o (old)', (most, ejected, byStrict, byOld) => {
    expect(roomForOne({ ...strict, maxEjectionPercent: most }, ejected, 10)).toBe(byStrict);
    expect(roomForOne({ ...old, maxEjectionPercent: most }, ejected, 10)).toBe(byOld);
  });

  it('keeps the share of ejected hosts within the rule', () => {
    const cases = [fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 50 }), fc.boolean()] as const;
    fc.assert(
      fc.property(...cases, (percent, hosts, always) => {
        for (const ejectionPercentRule of ['strict', 'firstHostAlways'] as const) {
          const share = { maxEjectionPercent: percent / 100, alwaysEjectOneHost: always, ejectionPercentRule };
          let ejected = 0;
          while (ejected < hosts && roomForOne(share, ejected, hosts)) ejected++;
          const within = (percent * hosts) / 100;
          if (ejectionPercentRule === 'strict') expect(ejected).toBe(Math.max(Math.floor(within), always ? 1 : 0));
          else expect(ejected).toBe(Math.max(Math.min(hosts, Math.ceil(within)), 1));
        }
      }),
    );
  });
});

const times = { interval: 10 * SECOND, baseEjectionTime: 30 * SECOND, maxEjectionTime: 90 * SECOND };

/** Ejects host 0 and finds by sweeps when its time is over; returns the seconds that it took. */
function servedTime(ejections: EnvoyEjections, now: number, jitter = 0): number {
  ejections.eject(0, now, jitter);
  let sweep = now;
  while (!ejections.isOver(0, sweep)) sweep += times.interval;
  ejections.return(0, sweep);
  return (sweep - now) / SECOND;
}

describe('the time of an ejection', () => {
  it('grows by the base time with each, up to the longest', () => {
    const ejections = new EnvoyEjections(times, 1);
    expect([0, 1000, 2000, 3000, 4000].map((at) => servedTime(ejections, at * SECOND))).toEqual([30, 60, 90, 90, 90]);
    expect(ejections.count(0)).toBe(5);
  });

  it('stops growing one step past the longest, so that decay shows soon', () => {
    const ejections = new EnvoyEjections(times, 1);
    for (let i = 0; i < 20; i++) servedTime(ejections, i * 1000 * SECOND);
    expect(ejections.multiplier(0)).toBe(4);
  });

  it('is rounded up to a sweep, with its jitter', () => {
    const ejections = new EnvoyEjections(times, 1);
    expect(servedTime(ejections, 0, 1)).toBe(40);
  });

  it('shrinks by one step at each sweep that finds the host back for an interval', () => {
    const ejections = new EnvoyEjections(times, 1);
    servedTime(ejections, 0);
    servedTime(ejections, 100 * SECOND);
    expect(ejections.multiplier(0)).toBe(2);
    const back = 160;
    const multipliers = [back, back + 9, back + 10, back + 20, back + 30].map((second) => {
      ejections.decay(0, second * SECOND);
      return ejections.multiplier(0);
    });
    expect(multipliers).toEqual([2, 2, 1, 0, 0]);
  });

  it('does not shrink for a host that never came back', () => {
    const ejections = new EnvoyEjections(times, 1);
    ejections.eject(0, 0, 0);
    ejections.decay(0, 1000 * SECOND);
    expect(ejections.multiplier(0)).toBe(1);
  });
});
