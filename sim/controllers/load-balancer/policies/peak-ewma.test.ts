import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import { casesOf, unknownStep } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/peak-ewma.json' with { type: 'json' };
import { finaglePeakEwma, linkerdPeakEwma, PeakEwma, UNKNOWN_COST } from './peak-ewma.ts';
import { drawOf, fairRandom, indices, ScriptedRandom, tally } from './testing/scripted-random.ts';

interface Params {
  readonly default_rtt_ms?: number;
  readonly decay_ms?: number;
  readonly penalty?: number;
}

interface Step {
  readonly t_ms?: number;
  readonly op?: 'load' | 'start' | 'end';
  readonly call?: number | string;
  readonly rtt_ms?: number;
  readonly pending?: number;
  readonly hasHistory?: boolean;
}

interface Cost {
  readonly cost_ms?: number;
  readonly cost?: number;
  readonly testAsserts?: { readonly eq?: number; readonly gt?: number; readonly lt?: number };
}

/** Drives one node by the steps of a published case; calls end in the order of their start unless they are named. */
class CaseRun {
  private readonly ewma: PeakEwma;
  private readonly startedAt = new Map<number | string, number>();
  private calls = 0;

  constructor(params: Params) {
    const decay = (params.decay_ms ?? 10_000) * MILLISECOND;
    this.ewma = new PeakEwma({ decay, initialRtt: (params.default_rtt_ms ?? 0) * MILLISECOND }, 1);
  }

  run(step: Step): number | undefined {
    const now = (step.t_ms ?? 0) * MILLISECOND;
    switch (step.op) {
      case 'load':
        return this.ewma.load(0, now) / MILLISECOND;
      case 'start':
        this.startedAt.set(step.call ?? this.calls++, now);
        this.ewma.start(0);
        return undefined;
      case 'end':
        this.end(step, now);
        return undefined;
      case undefined:
        return costWithoutHistory(step);
      default:
        return unknownStep(step);
    }
  }

  private end(step: Step, now: number): void {
    const call = step.call ?? this.startedAt.keys().next().value;
    const startedAt = call === undefined ? undefined : this.startedAt.get(call);
    if (call === undefined || startedAt === undefined) throw new Error(`no such call: ${call}`);
    this.startedAt.delete(call);
    this.ewma.end(0, step.rtt_ms === undefined ? now - startedAt : step.rtt_ms * MILLISECOND, now);
  }
}

/** A definition instead of a story: the cost of a Finagle node with so many pending calls. */
function costWithoutHistory(step: Step): number {
  if (step.hasHistory !== false) return unknownStep(step);
  const ewma = new PeakEwma({ decay: 10 * SECOND, initialRtt: 0 }, 1);
  for (let i = 0; i < (step.pending ?? 0); i++) ewma.start(0);
  return ewma.load(0, 0);
}

function expectCost(actual: number | undefined, expected: Cost | null): void {
  if (expected === null) return;
  const cost = expected.cost ?? expected.cost_ms;
  if (cost !== undefined) expect(Math.abs((actual ?? NaN) - cost)).toBeLessThanOrEqual(1e-13 * Math.abs(cost));
  const { eq, gt, lt } = expected.testAsserts ?? {};
  if (eq !== undefined) expect(actual).toBe(eq);
  if (gt !== undefined) expect(actual).toBeGreaterThan(gt);
  if (lt !== undefined) expect(actual).toBeLessThan(lt);
}

describe('the published cases of peak EWMA', () => {
  it.each(casesOf<Params, Step, readonly (Cost | null)[]>(vectors))('$case', ({ params, inputs, expected }) => {
    if (params.penalty !== undefined) expect(UNKNOWN_COST).toBe(params.penalty);
    const run = new CaseRun(params);
    expect(inputs).toHaveLength(expected.length);
    for (const [i, step] of inputs.entries()) expectCost(run.run(step), expected[i]);
  });
});

const TOWER = { decay: SECOND, initialRtt: 20 * MILLISECOND };
const FINAGLE = { decay: 10 * SECOND, initialRtt: 0 };
const ms = (count: number): number => count * MILLISECOND;

describe('peak EWMA', () => {
  it('has the products’ defaults', () => {
    expect(z.object(finaglePeakEwma.parameters).parse({})).toEqual({ decayTime: 10 * SECOND });
    expect(z.object(linkerdPeakEwma.parameters).parse({})).toEqual({ defaultRtt: ms(30), decay: 10 * SECOND });
  });

  it('compounds decay over calls that overlap, as tower’s own test tells it', () => {
    const ewma = new PeakEwma(TOWER, 1);
    expect(ewma.load(0, 0)).toBe(ms(20));
    ewma.start(0);
    expect(ewma.load(0, ms(100))).toBeGreaterThan(ms(20));
    ewma.start(0);
    expect(ewma.load(0, ms(200))).toBeGreaterThan(ms(40));
    ewma.end(0, ms(200), ms(300));
    expect(ewma.load(0, ms(300))).toBe(ms(400));
    ewma.end(0, ms(200), ms(400));
    expect(ewma.load(0, ms(400))).toBe(ms(200));
    expect(ewma.load(0, ms(1400))).toBeLessThan(ms(100));
    expect(ewma.load(0, ms(11_400))).toBeLessThan(ms(0.1));
  });

  it('takes a peak at once, and lower latencies only by elapsed time', () => {
    const ewma = new PeakEwma(TOWER, 1);
    ewma.start(0);
    ewma.end(0, ms(500), ms(500));
    expect(ewma.cost(0)).toBe(ms(500));
    ewma.start(0);
    ewma.end(0, ms(100), ms(600));
    const kept = Math.exp(-0.1);
    expect(ewma.cost(0)).toBeCloseTo(ms(500) * kept + ms(100) * (1 - kept), 3);
  });

  it('is changed by being read: a read estimate has decayed, so a lower latency is a peak to it', () => {
    const [unread, read] = [new PeakEwma(FINAGLE, 1), new PeakEwma(FINAGLE, 1)];
    for (const ewma of [unread, read]) {
      ewma.start(0);
      ewma.end(0, ms(100), ms(100));
      ewma.start(0);
    }
    read.load(0, 10 * SECOND);
    for (const ewma of [unread, read]) ewma.end(0, ms(50), 10 * SECOND);
    expect(read.cost(0)).toBe(ms(50));
    expect(unread.cost(0)).toBeGreaterThan(ms(60));
  });

  it('probes a Finagle node without history at most once', () => {
    const ewma = new PeakEwma(FINAGLE, 2);
    ewma.start(1);
    ewma.end(1, ms(900), ms(900));
    const pick = (): number => ewma.pickOfTwo(ms(900), fairRandom('probe'), indices(2), 2);
    expect(pick()).toBe(0);
    ewma.start(0);
    expect(pick()).toBe(1);
    expect(ewma.cost(0)).toBe(UNKNOWN_COST + 1);
  });

  it('forgets a host that is added anew', () => {
    const ewma = new PeakEwma(TOWER, 1);
    ewma.start(0);
    ewma.add(0, ms(700));
    expect([ewma.pending[0], ewma.load(0, ms(700))]).toEqual([0, ms(20)]);
  });

  it('never exceeds the largest latency seen, nor falls below the least but by idling', () => {
    const steps = fc.array(fc.record({ gap: fc.nat(3000), rtt: fc.integer({ min: 1, max: 2000 }) }), { maxLength: 30 });
    fc.assert(
      fc.property(steps, (answers) => {
        const ewma = new PeakEwma(TOWER, 1);
        let now = 0;
        let most = TOWER.initialRtt;
        for (const { gap, rtt } of answers) {
          now += ms(gap);
          most = Math.max(most, ms(rtt));
          ewma.start(0);
          ewma.end(0, ms(rtt), now);
          expect(ewma.estimate(0)).toBeLessThanOrEqual(most);
          expect(ewma.estimate(0)).toBeGreaterThanOrEqual(ms(rtt) * (1 - 1e-12));
        }
      }),
    );
  });
});

describe('the pick of two', () => {
  it('keeps the first of two that cost the same', () => {
    const ewma = new PeakEwma(TOWER, 3);
    const random = new ScriptedRandom([drawOf(2, 3), drawOf(0, 2)]);
    expect(ewma.pickOfTwo(0, random, indices(3), 3)).toBe(2);
  });

  it('compares two distinct hosts, so the worst of all is never picked', () => {
    const ewma = new PeakEwma(TOWER, 4);
    ewma.start(3);
    const random = fairRandom('distinct');
    const counts = tally(4, 4000, () => ewma.pickOfTwo(0, random, indices(4), 4));
    expect(counts[3]).toBe(0);
    expect(Math.min(...counts.slice(0, 3))).toBeGreaterThan(1000);
  });

  it('takes the healthier host whatever the loads', () => {
    const ewma = new PeakEwma(TOWER, 2);
    ewma.start(1);
    expect(ewma.pickOfTwo(0, fairRandom('status'), indices(2), 2, [0, 2])).toBe(1);
  });

  it('takes the only host without reading it, and none of none', () => {
    const ewma = new PeakEwma(TOWER, 1);
    expect(ewma.pickOfTwo(SECOND, new ScriptedRandom([]), [0], 1)).toBe(0);
    expect(ewma.stamp(0)).toBe(0);
    expect(ewma.pickOfTwo(SECOND, new ScriptedRandom([]), [], 0)).toBe(-1);
  });
});
