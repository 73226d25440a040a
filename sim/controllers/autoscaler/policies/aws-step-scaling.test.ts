import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../kernel/time.ts';
import cases from '../vectors/aws-stepscaling.json' with { type: 'json' };
import type { AwsStepScalingConfig } from './aws-step-scaling.ts';
import { awsStepScaling, AwsStepScalingPolicy } from './aws-step-scaling.ts';
import type { AdjustmentType, StepAdjustment } from './step-adjustment.ts';
import { changeOf, roundChange, scaleIn, scaleOut, stepFor } from './step-adjustment.ts';
import { complaint, configOf } from './testing/config.ts';
import { instance, instances, scalerView } from './testing/scaler-view.ts';
import type { VectorCase } from './testing/vector-cases.ts';
import { vectorCases } from './testing/vector-cases.ts';

interface StepInput {
  lower: number | null;
  upper: number | null;
  adjustment: number;
}
interface Params {
  AdjustmentType: AdjustmentType;
  MinAdjustmentMagnitude?: number;
  breachThreshold?: number;
  scaleOut?: StepInput[];
  scaleIn?: StepInput[];
  startCapacity?: number;
}
interface Input {
  rawChange?: number;
  currentCapacity?: number;
  adjustment?: number;
  metric?: number;
  warmCapacity?: number;
  terminating?: number;
}

const bounded = ({ lower, upper, adjustment }: StepInput): StepAdjustment => ({
  lower: lower ?? -Infinity,
  upper: upper ?? Infinity,
  adjustment,
});

/** The capacity that is wanted once the alarm on `metric`'s side of the threshold has acted. */
function stepped(params: Params, desired: number, input: Input): number {
  const difference = (input.metric ?? NaN) - (params.breachThreshold ?? NaN);
  const side = difference >= 0 ? 'above' : 'below';
  const steps = (side === 'above' ? params.scaleOut : params.scaleIn) ?? [];
  const step = stepFor(steps.map(bounded), difference, side);
  if (step === undefined) return desired;
  const warm = input.warmCapacity ?? desired;
  const terminating = input.terminating ?? 0;
  const capacity = side === 'above' ? warm : warm + terminating;
  const change = changeOf(params.AdjustmentType, capacity, step.adjustment, params.MinAdjustmentMagnitude);
  return side === 'above' ? scaleOut(desired, warm, change) : scaleIn(desired, warm, terminating, change);
}

function run({ params, inputs }: VectorCase<Params, Input, unknown>): unknown[] {
  let desired = params.startCapacity ?? NaN;
  return inputs.map((input) => {
    if (input.rawChange !== undefined) return { change: roundChange(input.rawChange) };
    if (input.metric !== undefined) return { desired: (desired = stepped(params, desired, input)) };
    const { currentCapacity = NaN, adjustment = NaN } = input;
    const { AdjustmentType: type, MinAdjustmentMagnitude: least } = params;
    return { newCapacity: currentCapacity + changeOf(type, currentCapacity, adjustment, least) };
  });
}

describe('published cases of step scaling', () => {
  it.each(vectorCases<Params, Input, unknown>(cases))('$case', (one) => {
    expect(run(one)).toEqual(one.expected);
  });
});

const step = (lower: number, upper: number, adjustment: number): StepAdjustment => ({ lower, upper, adjustment });

describe('steps', () => {
  const above = [step(0, 0.1, 0), step(0.1, 0.2, 10), step(0.2, Infinity, 30)];
  const below = [step(-0.1, 0, 0), step(-0.2, -0.1, -10), step(-Infinity, -0.2, -30)];

  it('include their lower bound above the threshold, and their upper bound below it', () => {
    expect([0, 0.1, 0.2].map((at) => stepFor(above, at, 'above')?.adjustment)).toEqual([0, 10, 30]);
    expect([0, -0.1, -0.2].map((at) => stepFor(below, at, 'below')?.adjustment)).toEqual([0, -10, -30]);
  });

  it('are not missed by the rounding of a difference', () => {
    expect(0.6 - 0.5).toBeLessThan(0.1);
    expect(stepFor(above, 0.6 - 0.5, 'above')?.adjustment).toBe(10);
  });

  it('leave a metric alone that none of them covers', () => {
    expect(stepFor([step(0.1, 0.2, 5)], 0.05, 'above')).toBeUndefined();
  });
});

describe('adjustments', () => {
  it('are instances, percent of the capacity, or the capacity itself', () => {
    expect(changeOf('ChangeInCapacity', 3, 5)).toBe(5);
    expect(changeOf('PercentChangeInCapacity', 10, 10)).toBe(1);
    expect(changeOf('ExactCapacity', 3, 5)).toBe(2);
  });

  it('of a percentage are at least the least magnitude, either way, but nothing stays nothing', () => {
    expect(changeOf('PercentChangeInCapacity', 4, 25, 2)).toBe(2);
    expect(changeOf('PercentChangeInCapacity', 4, -25, 2)).toBe(-2);
    expect(changeOf('PercentChangeInCapacity', 4, 0, 2)).toBe(0);
  });

  test.prop([fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: -100, max: 500 })])(
    'of a percentage round toward zero, but not to zero',
    (capacity, percent) => {
      const change = changeOf('PercentChangeInCapacity', capacity, percent);
      const exact = (capacity * percent) / 100;
      if (exact === 0) expect(change).toBe(0);
      else if (Math.abs(exact) < 1) expect(change).toBe(Math.sign(exact));
      else expect(change).toBe(Math.trunc(exact));
    },
  );
});

const parse = (given: Record<string, unknown>): AwsStepScalingConfig => configOf(awsStepScaling, given);
/** The policies of the user guide's example: 10 % at 60 and 30 % at 70 either side of a threshold of 50. */
const GUIDE = {
  max: 100,
  scaleOut: {
    threshold: '50%',
    adjustmentType: 'PercentChangeInCapacity',
    steps: [
      { lower: '0%', upper: '10%', adjustment: 0 },
      { lower: '10%', upper: '20%', adjustment: 10 },
      { lower: '20%', adjustment: 30 },
    ],
  },
  scaleIn: {
    threshold: '50%',
    adjustmentType: 'PercentChangeInCapacity',
    steps: [
      { lower: '-10%', upper: '0%', adjustment: 0 },
      { lower: '-20%', upper: '-10%', adjustment: -10 },
      { upper: '-20%', adjustment: -30 },
    ],
  },
};
const policy = (given: Record<string, unknown> = {}) => new AwsStepScalingPolicy(parse({ ...GUIDE, ...given }));

describe('the example of the user guide', () => {
  it('adds to the warm capacity, and never launches the same instances twice', () => {
    const now = 60 * MINUTE;
    const scaling = policy();
    const young = (count: number) => instances(count, { startedAt: now, readyChangedAt: now, utilization: 0 });
    const at = (utilization: number, warming: number) =>
      scaling.decide(now, scalerView({ instances: [...instances(10, { utilization }), ...young(warming)] }));
    expect([at(0.55, 0), at(0.6, 0), at(0.62, 1), at(0.7, 1)]).toEqual([10, 11, 11, 13]);
  });

  it('goes from 10 to 11 to 14, and back to 13 and 10', () => {
    const scaling = policy();
    let desired = 10;
    const at = (utilization: number) =>
      (desired = scaling.decide(0, scalerView({ instances: instances(desired, { utilization }) })));
    expect([0.6, 0.7, 0.5, 0.4, 0.3].map(at)).toEqual([11, 14, 14, 13, 10]);
  });

  it('does not scale in while instances warm up, and counts those that terminate', () => {
    const idle = instances(10, { utilization: 0.1 });
    const launching = instance({ ready: false, startedAt: 0, readyChangedAt: 0, utilization: NaN });
    expect(policy().decide(0, scalerView({ instances: [...idle, launching] }))).toBe(11);
    const leaving = instances(2, { leaving: true });
    // 30 % of twelve is three: nine would stay, two of the three are on their way already.
    expect(policy().decide(0, scalerView({ instances: [...idle, ...leaving] }))).toBe(9);
  });
});

describe('alarms', () => {
  it('must breach for their number of periods', () => {
    const scaling = policy({ scaleOut: { ...GUIDE.scaleOut, periods: 2 } });
    const view = scalerView({ instances: instances(10, { utilization: 0.7 }) });
    expect([scaling.decide(0, view), scaling.decide(MINUTE, view)]).toEqual([10, 13]);
  });

  it('both on, let the larger capacity win', () => {
    const out = { threshold: '40%', steps: [{ lower: '0%', adjustment: 2 }] };
    const inwards = { threshold: '60%', steps: [{ upper: '0%', adjustment: -2 }] };
    const view = scalerView({ instances: instances(10, { utilization: 0.5 }) });
    expect(policy({ scaleOut: out, scaleIn: inwards }).decide(0, view)).toBe(12);
  });

  it('can watch what one replica carries', () => {
    const out = {
      threshold: 100,
      steps: [
        { lower: 0, upper: 50, adjustment: 1 },
        { lower: 50, adjustment: 5 },
      ],
    };
    const scaling = policy({ metric: 'requestRate', scaleOut: out });
    const at = (requestRate: number) => scaling.decide(0, scalerView({ instances: instances(10), requestRate }));
    expect([at(990), at(1000), at(1499), at(1500)]).toEqual([10, 11, 11, 15]);
  });

  it('do nothing without data', () => {
    expect(policy().decide(0, scalerView({ instances: instances(5, { utilization: NaN }) }))).toBe(5);
  });
});

describe('parameters', () => {
  const check = (given: Record<string, unknown>) => complaint(awsStepScaling, { max: 9, ...given });
  const out = (...steps: Record<string, unknown>[]) => check({ scaleOut: { threshold: '50%', steps } });

  it('refuse steps that leave a gap, overlap, stop short or start late', () => {
    expect(check(GUIDE)).toBeUndefined();
    expect(check({})).toMatch(/must be given/);
    expect(out({ lower: 0, upper: 0.1, adjustment: 1 })).toMatch(/no bound outwards/);
    expect(out({ lower: 0.1, adjustment: 1 })).toMatch(/begin at 0/);
    expect(out({ lower: 0, upper: 0.1, adjustment: 1 }, { lower: 0.2, adjustment: 2 })).toMatch(/gap/);
    expect(out({ lower: 0, upper: 0.3, adjustment: 1 }, { lower: 0.2, adjustment: 2 })).toMatch(/overlap/);
    expect(out({ lower: 0, upper: 0, adjustment: 1 }, { lower: 0, adjustment: 2 })).toMatch(/below its upper/);
  });
});

describe('any load', () => {
  const utilization = fc.double({ min: 0, max: 1, noNaN: true });

  test.prop([fc.array(utilization, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 50 })])(
    'keeps the capacity within min and max',
    (loads, start) => {
      const scaling = policy({ min: 4, max: 20 });
      let desired = start;
      for (const load of loads) {
        desired = scaling.decide(0, scalerView({ instances: instances(desired, { utilization: load }) }));
        expect(Number.isInteger(desired)).toBe(true);
        expect(desired).toBeGreaterThanOrEqual(4);
        expect(desired).toBeLessThanOrEqual(20);
      }
    },
  );

  test.prop([utilization, utilization, fc.integer({ min: 1, max: 60 })])(
    'wants no less at a higher load',
    (one, other, count) => {
      const at = (load: number) =>
        policy().decide(0, scalerView({ instances: instances(count, { utilization: load }) }));
      expect(at(Math.max(one, other))).toBeGreaterThanOrEqual(at(Math.min(one, other)));
    },
  );
});
