import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlotSchedule } from './slot-schedule.ts';

type Act = { kind: 'add'; time: number } | { kind: 'replace'; time: number } | { kind: 'drop' } | { kind: 'clear' };

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('add' as const), time: fc.nat(100) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('replace' as const), time: fc.nat(200) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'drop' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'clear' as const }) },
);

describe('a schedule of slots', () => {
  it('knows the earliest, whatever is added, replaced and taken away: as a sorted list does', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 80 }), (acts) => {
        const schedule = new SlotSchedule();
        let times: number[] = [];
        for (const one of acts) {
          if (one.kind === 'add') {
            schedule.add(one.time);
            times.push(one.time);
          } else if (one.kind === 'clear') {
            schedule.clear();
            times = [];
          } else if (times.length > 0) {
            times.shift();
            if (one.kind === 'replace') {
              schedule.replaceEarliest(one.time);
              times.push(one.time);
            } else {
              schedule.dropEarliest();
            }
          }
          times.sort((a, b) => a - b);
          if (times.length > 0) expect(schedule.earliest).toBe(times[0]);
        }
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});
