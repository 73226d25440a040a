import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../world/outcome.ts';
import { EXPIRED, FAILED, LATE, REJECTED, SERVED } from '../world/outcome.ts';
import { fidelityOf } from './figures.ts';
import { CELL_NAMES, countCells, countFlips, countKills, countRevivals, countRevivedOnlyBy } from './flips.ts';
import { RequestLog } from './request-log.ts';

/** A log in which request i is served if the i-th letter is an s; d is a refusal of a layer, f a failure. */
function log(fates: string): RequestLog {
  const made = new RequestLog();
  const outcomes: Readonly<Record<string, Outcome>> = { s: SERVED, d: REJECTED, f: FAILED };
  [...fates].forEach((fate, i) => {
    if (fate !== ' ') made.record(i, outcomes[fate], fate === 'd', 0);
  });
  return made;
}

describe('the eight cells', () => {
  it('are counted by what oracle, bare and design did', () => {
    const cells = countCells(log('ssssffff'), log('ssffssff'), log('sfsfsfsf'));
    expect(Object.values(cells)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    expect(Object.keys(cells)).toEqual(CELL_NAMES);
  });

  it('leave out what arrived in the warm-up', () => {
    expect(countCells(log('  s'), log('  s'), log('  f'))).toMatchObject({ sss: 0, ssf: 1, fff: 0 });
  });

  it('and every other figure follow from them, whatever the runs did', () => {
    const fates = fc.string({ unit: fc.constantFrom('s', 'd', 'f'), minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(fates, fates, fates, fates, fates, (oracle, bare, design, bareAgain, designAgain) => {
        const servable = [...oracle].filter((fate) => fate === 's').length;
        const references = {
          bare: log(bare),
          bareRekeyed: log(bareAgain),
          oracle: log(oracle),
          servable,
          servableAtInitial: servable,
        };
        const figures = fidelityOf(references, log(design), log(designAgain));
        const { cells } = figures;
        expect(Object.values(cells).reduce((sum, count) => sum + count, 0)).toBe(40);
        expect(figures.killed.total).toBe(cells.ssf + cells.fsf);
        expect(figures.killed.direct + figures.killed.displaced).toBe(figures.killed.total);
        expect(figures.saved).toBe(cells.sfs + cells.ffs);
        expect(figures.missed).toBe(cells.sff);
        expect(figures.beyond).toBe(cells.fss + cells.ffs);
        expect(figures.fidelity).toBe(servable === 0 ? null : (cells.sss + cells.sfs) / servable);
        expect(figures.revivedByRekeying).toBeLessThanOrEqual(figures.killed.total);
      }),
    );
  });
});

describe('flips', () => {
  it('are counted each way, and are none of a run against itself', () => {
    expect(countFlips(log('ssfff'), log('sfssf'))).toEqual({ killed: 1, saved: 2 });
    expect(countFlips(log('sdfs'), log('sdfs'))).toEqual({ killed: 0, saved: 0 });
  });

  it('are kills of a layer where the deciding result was one', () => {
    expect(countKills(log('sssff'), log('sdfds'))).toEqual({ direct: 1, displaced: 1 });
  });

  it('by mere chance: of the design and of bare against themselves re-keyed, the larger counts', () => {
    const references = {
      bare: log('ssff'),
      bareRekeyed: log('ssss'),
      oracle: log('ssss'),
      servable: 4,
      servableAtInitial: 4,
    };
    const churnOf = (design: string, designAgain: string, bareRekeyed = 'ssss'): unknown =>
      fidelityOf({ ...references, bareRekeyed: log(bareRekeyed) }, log(design), log(designAgain)).churn;
    // `bare` lost two that it serves with other draws.
    expect(churnOf('ssss', 'ssss')).toEqual({ killed: 2, saved: 0 });
    expect(churnOf('ssss', 'ssss', 'ffss')).toEqual({ killed: 2, saved: 2 });
    expect(churnOf('fffs', 'ssss')).toEqual({ killed: 3, saved: 0 });
    expect(churnOf('ssss', 'fsss')).toEqual({ killed: 2, saved: 1 });
  });
});

describe('what the kills need', () => {
  //                  0 1 2 3 4 5
  const bare = log('ssssss');
  const design = log('dddddf');
  const withoutA = log('ssdddd');
  const withoutB = log('sdsddd');
  const withoutBoth = log('sssssd');

  it('is what comes back without one layer, and without either of two', () => {
    const { kills, revived, byBoth } = countRevivals(bare, design, [withoutA, withoutB]);
    expect(kills).toBe(6);
    expect(revived).toEqual([2, 2]);
    // Only request 0 comes back whichever of the two is removed: it needed both.
    expect(byBoth).toEqual([[0, 1, 1]]);
  });

  it('is either, of what comes back only when both are removed', () => {
    expect(countRevivedOnlyBy(withoutBoth, [withoutA, withoutB], bare, design)).toBe(2);
  });
});

describe('a request log', () => {
  it('keeps outcome, whether a layer decided it, and up to seven conflicts, in one byte', () => {
    const made = new RequestLog();
    made.record(3, EXPIRED, true, 2);
    made.record(5000, LATE, false, 99);
    expect([made.outcomeOf(3), made.wasDirect(3), made.conflictsOf(3)]).toEqual([EXPIRED, true, 2]);
    expect([made.outcomeOf(5000), made.wasDirect(5000), made.conflictsOf(5000)]).toEqual([LATE, false, 7]);
    expect(made.outcomeOf(4)).toBeUndefined();
    expect(made.outcomeOf(5001)).toBeUndefined();
    expect(made.toBytes()).toHaveLength(5001);
    expect(RequestLog.fromBytes(made.toBytes()).outcomeOf(3)).toBe(EXPIRED);
  });
});
