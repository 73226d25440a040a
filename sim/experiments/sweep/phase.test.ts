import { describe, expect, it } from 'vitest';
import type { TimelineData } from '../../measure/timeline.ts';
import { calmWorld, outageWorld, phaseOf, PHASE_BUCKETS, triggerOf } from './phase.ts';
import { SMALL, read } from '../../scenario/testing/small-scenario.ts';

const STEP = 1e9;

/** So many requests in each bucket that chance hardly matters, of which this percentage is served. */
function timeline(served: (bucket: number) => number, requests = 10_000): TimelineData {
  const buckets = Array.from({ length: PHASE_BUCKETS }, (_, i) => i);
  return {
    step: STEP,
    series: { offered: buckets.map(() => requests), served: buckets.map((i) => (served(i) * requests) / 100) },
  };
}

const TRIGGER = { from: 50e9, until: 60e9, faults: [] };
const calm = timeline(() => 99);
const backAt = (second: number) => timeline((i) => (i >= 50 && i < second ? 5 : 99));
const never = backAt(PHASE_BUCKETS);

describe('the phase of a design', () => {
  it.each([
    ['stable', backAt(60), backAt(100), 0, 40_000],
    ['vulnerable', backAt(75), never, 15_000, null],
    ['metastable', never, never, null, null],
  ] as const)(
    'is %s by what becomes of it after the trigger and after an outage',
    (phase, hit, outage, ms, outageMs) => {
      expect(phaseOf({ hit, calm, outage }, TRIGGER)).toEqual({
        phase,
        recoveryMs: ms,
        outageRecoveryMs: outageMs,
        staysDown: ms === null ? 1 : 0,
        calmSuccess: 0.99,
      });
    },
  );

  it('is overloaded where it is not healthy without the trigger either', () => {
    const weak = timeline(() => 60);
    expect(phaseOf({ hit: weak, calm: weak, outage: weak }, TRIGGER).phase).toBe('overloaded');
  });

  it('takes no recovery that does not last', () => {
    const relapse = timeline((i) => (i >= 50 && i < 70 ? 5 : i >= 150 ? 20 : 99));
    expect(phaseOf({ hit: relapse, calm, outage: relapse }, TRIGGER).phase).toBe('metastable');
    const dip = timeline((i) => ((i >= 50 && i < 70) || (i >= 150 && i < 160) ? 5 : 99));
    expect(phaseOf({ hit: dip, calm, outage: calm }, TRIGGER).recoveryMs).toBe(100_000);
  });

  it('takes no chance in small counts for a relapse', () => {
    const uneven = (requests: number) => timeline((i) => (i > 150 && i % 20 < 4 ? 80 : 99), requests);
    const phaseOfRun = (requests: number) => {
      const calmRun = timeline(() => 99, requests);
      return phaseOf({ hit: uneven(requests), calm: calmRun, outage: calmRun }, TRIGGER).recoveryMs;
    };
    expect(phaseOfRun(10)).toBe(0);
    expect(phaseOfRun(10_000)).toBeGreaterThan(100_000);
  });

  it('overlooks a single bad bucket', () => {
    const blip = timeline((i) => (i >= 50 && i < 60 ? 5 : i === 120 ? 70 : 99));
    expect(phaseOf({ hit: blip, calm, outage: calm }, TRIGGER).recoveryMs).toBe(0);
  });
});

describe('a trigger', () => {
  const { world } = read(SMALL);

  it('is the faults that end, and can be taken away or made an outage', () => {
    const trigger = triggerOf(world);
    expect(trigger).toMatchObject({ from: 2e9, until: 3e9 });
    expect(calmWorld(world, trigger).faults).toEqual([]);
    expect(outageWorld(world, trigger).faults).toMatchObject([
      { timing: { at: 2e9, length: 1e9 }, act: { kind: 'freeze', service: 'checkout', instances: 'all' } },
    ]);
  });

  it('must be there, and be over in time to see what follows', () => {
    const crash = 'at: 2s, for: 1s';
    const without = read(
      SMALL.replace('    - { at: 2s, for: 1s, crash: { service: checkout, instances: [0] } }\n', '').replace(
        '  faults:\n',
        '',
      ),
    );
    expect(() => triggerOf(without.world)).toThrow(/needs a trigger/);
    expect(() => triggerOf(read(SMALL.replace(crash, 'at: 2s')).world)).toThrow(/needs a trigger/);
    expect(() => triggerOf(read(SMALL.replace(crash, 'at: 2s, for: 7.9s')).world)).toThrow(/ends so soon/);
  });
});
