import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../kernel/time.ts';
import cases from '../vectors/knative-kpa.json' with { type: 'json' };
import type { KnativeSpec } from './knative-autoscaler.ts';
import { KnativeAutoscaler } from './knative-autoscaler.ts';
import type { VectorCase } from './testing/vector-cases.ts';
import { vectorCases } from './testing/vector-cases.ts';

interface SpecInput {
  targetValue: number;
  totalValue: number;
  targetBurstCapacity: number;
  panicThreshold: number;
  maxScaleUpRate: number;
  maxScaleDownRate: number;
  stableWindow_s: number;
  reachable: boolean;
  activationScale?: number;
}
interface Params extends SpecInput {
  scaleDownDelay_s?: number;
  initialState?: { panicTime_s: number | null; maxPanicPods: number };
}
interface Input {
  t_s: number;
  readyPods: number;
  stableValue: number;
  panicValue: number;
  podCountError?: boolean;
  metricError?: boolean;
  change?: Partial<SpecInput>;
}
interface Expected {
  desiredPodCount?: number;
  excessBurstCapacity?: number;
  panicStartedAt_s?: number | null;
  scaleValid?: boolean;
  startsInPanic?: boolean;
  maxPanicPods?: number;
}
type Case = VectorCase<Params, Input, Expected>;

function specOf(input: SpecInput): KnativeSpec {
  const { stableWindow_s, activationScale = 0, ...spec } = input;
  return { ...spec, activationScale, stableWindow: stableWindow_s * SECOND };
}

/** The upstream tests create the autoscaler with one pod ready, those of the delay with none. */
function create({ params, inputs }: Case): KnativeAutoscaler {
  const delay = (params.scaleDownDelay_s ?? 0) * SECOND;
  const autoscaler = new KnativeAutoscaler(
    specOf(params),
    delay,
    0,
    delay > 0 ? 0 : Math.min(1, inputs[0].readyPods ?? 1),
  );
  const state = params.initialState;
  if (state !== undefined) {
    autoscaler.panicSince = state.panicTime_s === null ? NaN : state.panicTime_s * SECOND;
    autoscaler.maxPanicPods = state.maxPanicPods;
  }
  return autoscaler;
}

function expectStep(autoscaler: KnativeAutoscaler, input: Input, expected: Expected): void {
  const readyPods = input.podCountError ? NaN : input.readyPods;
  const values = input.metricError ? ([NaN, NaN] as const) : ([input.stableValue, input.panicValue] as const);
  const desired = autoscaler.scale((input.t_s ?? 0) * SECOND, readyPods, ...values);
  expect(desired !== undefined).toBe(expected.scaleValid ?? true);
  if (expected.desiredPodCount !== undefined) expect(desired ?? 0).toBe(expected.desiredPodCount);
  if (expected.excessBurstCapacity !== undefined) {
    // As upstream: rounding of the floor may differ by one.
    expect(Math.abs(autoscaler.excessBurstCapacity - expected.excessBurstCapacity)).toBeLessThanOrEqual(1);
  }
  if (expected.panicStartedAt_s === null) expect(autoscaler.panics).toBe(false);
  else if (expected.panicStartedAt_s !== undefined) {
    expect(autoscaler.panicSince).toBe(expected.panicStartedAt_s * SECOND);
  }
}

describe('published cases of the decision', () => {
  it.each(vectorCases<Params, Input, Expected>(cases))('$source: $case', (one) => {
    const { inputs, expected } = one;
    if (expected[0].startsInPanic !== undefined) {
      const seen = inputs.map(({ readyPods }) => {
        const autoscaler = new KnativeAutoscaler(specOf(one.params), 0, 0, readyPods);
        return { startsInPanic: autoscaler.panics, maxPanicPods: autoscaler.maxPanicPods };
      });
      expect(seen).toEqual(expected);
      return;
    }
    const autoscaler = create(one);
    let spec: SpecInput = one.params;
    for (const [i, input] of inputs.entries()) {
      if (input.change !== undefined) autoscaler.update(specOf((spec = { ...spec, ...input.change })));
      expectStep(autoscaler, input, expected[i]);
    }
  });
});

const SPEC: KnativeSpec = {
  targetValue: 10,
  totalValue: 20,
  targetBurstCapacity: 100,
  panicThreshold: 2,
  maxScaleUpRate: 10,
  maxScaleDownRate: 2,
  stableWindow: 60 * SECOND,
  reachable: true,
  activationScale: 1,
};
const autoscaler = (given: Partial<KnativeSpec> = {}, delay = 0, ready = 1) =>
  new KnativeAutoscaler({ ...SPEC, ...given }, delay, 0, ready);

describe('panic', () => {
  it('is where it starts with more than one pod ready', () => {
    expect(autoscaler({}, 0, 1).panics).toBe(false);
    const restarted = autoscaler({}, 0, 4);
    expect(restarted.panics).toBe(true);
    expect(restarted.scale(30 * SECOND, 4, 1, 1)).toBe(4);
  });

  it('is judged by the pods wanted before any rate limit', () => {
    const slow = autoscaler({ maxScaleUpRate: 1.1 });
    expect(slow.scale(0, 10, 10, 200)).toBe(11);
    expect(slow.panics).toBe(true);
  });

  it('is extended by every further breach, and ends strictly after a stable window without one', () => {
    const one = autoscaler();
    one.scale(0, 1, 10, 50);
    one.scale(30 * SECOND, 5, 50, 100);
    expect(one.panicSince).toBe(30 * SECOND);
    one.scale(90 * SECOND, 5, 10, 10);
    expect(one.panics).toBe(true);
    expect(one.scale(90 * SECOND + 1, 5, 10, 10)).toBe(2);
    expect(one.panics).toBe(false);
  });

  it('never wants fewer than the most it has wanted', () => {
    const one = autoscaler();
    expect(one.scale(0, 2, 10, 80)).toBe(8);
    expect(one.scale(2 * SECOND, 8, 60, 40)).toBe(8);
    expect(one.scale(4 * SECOND, 8, 90, 40)).toBe(9);
  });
});

describe('rates', () => {
  it('count from the ready pods, at least one', () => {
    expect(autoscaler().scale(0, 0, 1000, 10)).toBe(10);
    expect(autoscaler().scale(0, 3, 1000, 10)).toBe(30);
  });

  it('are rounded outwards, so that a rate near one still moves', () => {
    expect(autoscaler({ maxScaleUpRate: 1.1 }).scale(0, 2, 100, 10)).toBe(3);
    expect(autoscaler({ maxScaleDownRate: 1.1 }).scale(0, 2, 1, 1)).toBe(1);
  });

  it('do not hold up the way down of a revision without a route', () => {
    expect(autoscaler({}).scale(0, 100, 0, 0)).toBe(50);
    expect(autoscaler({ reachable: false }).scale(0, 100, 0, 0)).toBe(0);
  });

  it('do not hold back the activation scale', () => {
    expect(autoscaler({ activationScale: 15 }).scale(0, 1, 1, 1)).toBe(15);
    expect(autoscaler({ activationScale: 15 }).scale(0, 1, 0, 0)).toBe(0);
  });
});

describe('the scale-down delay', () => {
  it('keeps the most pods wanted, in slots of two seconds', () => {
    const one = autoscaler({ panicThreshold: 100 }, 300 * SECOND, 0);
    expect(one.scale(2 * SECOND, 0, 40, 40)).toBe(4);
    expect(one.scale(300 * SECOND, 0, 0, 0)).toBe(4);
    expect(one.scale(302 * SECOND, 0, 0, 0)).toBe(0);
  });

  it('lets a lower wish through gradually', () => {
    const one = autoscaler({ panicThreshold: 100 }, 300 * SECOND, 0);
    const minute = 60 * SECOND;
    const wishes: [number, number][] = [
      [9, 40],
      [10, 30],
      [11, 0],
      [14, 0],
      [15, 0],
    ];
    expect(wishes.map(([at, load]) => one.scale(at * minute, 0, load, load))).toEqual([4, 4, 4, 3, 0]);
  });

  it('of zero is none at all, even within one slot', () => {
    const one = autoscaler({ panicThreshold: 100 });
    expect(one.scale(0, 0, 40, 40)).toBe(4);
    expect(one.scale(0.5 * SECOND, 0, 20, 20)).toBe(2);
  });
});

describe('excess burst capacity', () => {
  it('is what the ready pods can take beyond the target burst and the panic load', () => {
    const one = autoscaler();
    one.scale(0, 8, 30, 30.5);
    expect(one.excessBurstCapacity).toBe(29);
    one.scale(0, 4, 30, 30.5);
    expect(one.excessBurstCapacity).toBe(-51);
  });

  it('is never short with a target of 0, and always with -1', () => {
    const never = autoscaler({ targetBurstCapacity: 0 });
    const always = autoscaler({ targetBurstCapacity: -1 });
    never.scale(0, 1, 100, 100);
    always.scale(0, 100, 1, 1);
    expect([never.excessBurstCapacity, always.excessBurstCapacity]).toEqual([0, -1]);
  });

  it('gives the revision activators for its capacity and the burst, at least two', () => {
    expect(autoscaler().activators(50, 100)).toBe(11);
    expect(autoscaler().activators(1, 100)).toBe(2);
    expect(autoscaler({ targetBurstCapacity: 0 }).activators(50, 100)).toBe(2);
    expect(autoscaler({ targetBurstCapacity: -1 }).activators(50, 100)).toBe(10);
  });
});

describe('any load', () => {
  const load = fc.double({ min: 0, max: 5000, noNaN: true });
  const step = fc.tuple(fc.integer({ min: 0, max: 60 }), load, load);

  test.prop([fc.array(step, { maxLength: 30 }), fc.integer({ min: 0, max: 20 }), load, load, load])(
    'wants no fewer pods where the load is higher, after the same history',
    (steps, ready, stable, panic, more) => {
      const [low, high] = [autoscaler(), autoscaler()];
      let now = 0;
      for (const [seconds, s, p] of steps) {
        now += seconds * SECOND;
        expect(low.scale(now, ready, s, p)).toBe(high.scale(now, ready, s, p));
      }
      const wished = low.scale(now, ready, stable, panic) ?? NaN;
      expect(high.scale(now, ready, stable + more, panic + more)).toBeGreaterThanOrEqual(wished);
    },
  );

  test.prop([fc.integer({ min: 1, max: 100 })])('changes nothing at the target', (ready) => {
    const one = autoscaler({}, 0, 0);
    expect(one.scale(0, ready, ready * 10, ready * 10)).toBe(ready);
  });

  test('an unknown figure is no decision', () => {
    const one = autoscaler();
    expect([one.scale(0, NaN, 1, 1), one.scale(0, 1, NaN, 1), one.scale(0, 1, 1, NaN)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
