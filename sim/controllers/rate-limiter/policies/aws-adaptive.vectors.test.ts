import { describe, expect, test } from 'vitest';
import { SECOND, wholeNanoseconds } from '../../../kernel/time.ts';
import { casesOf, unknownStep } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/aws-adaptive.json' with { type: 'json' };
import { AwsCubic } from './aws-cubic.ts';
import { AwsRateClocker } from './aws-rate-clocker.ts';
import { AwsSendRateBucket } from './aws-send-rate-bucket.ts';

interface Params {
  readonly startingMaxRate?: number;
  readonly beta?: number;
  readonly scaleConstant?: number;
  readonly smoothing?: number;
  readonly startsEmpty?: boolean;
  readonly maxRate?: number;
  readonly minRate?: number;
}
interface Step {
  readonly t_s: number;
  readonly op?: string;
  readonly n?: number;
  readonly maxRate?: number;
  readonly rate?: number;
}
interface Answer {
  readonly ok?: boolean;
  readonly measuredRate?: number;
  readonly maxRate?: number;
  readonly maxCapacity?: number;
  readonly rate?: number;
  readonly k?: number;
}
type Expected = (Answer | null)[] | Answer;

/** What a case is about: each answers a step with everything that it can tell. */
function machineOf(params: Params): (step: Step) => Answer {
  if (params.smoothing !== undefined) {
    const clocker = new AwsRateClocker(0, params.smoothing);
    return ({ t_s: t, n }) => ({ measuredRate: clocker.record(wholeNanoseconds(t * SECOND), n) });
  }
  if (params.startsEmpty === true) {
    const bucket = new AwsSendRateBucket(params.maxRate ?? NaN, 0, params.minRate);
    return (step) => {
      const now = wholeNanoseconds(step.t_s * SECOND);
      const ok = step.op === 'acquire' ? bucket.acquire(now, step.n) : undefined;
      if (step.op === 'setMaxRate') bucket.setMaxRate(now, step.maxRate ?? NaN);
      else if (step.op !== 'acquire') unknownStep(step);
      return { ok, maxRate: bucket.maxRate, maxCapacity: bucket.maxCapacity };
    };
  }
  const cubic = new AwsCubic(params.startingMaxRate ?? NaN, 0, params.scaleConstant, params.beta);
  return (step) => {
    const now = wholeNanoseconds(step.t_s * SECOND);
    if (step.op === 'success') return { rate: cubic.successReceived(now), k: cubic.k };
    if (step.op !== 'throttled' && step.op !== 'error') return unknownStep(step);
    return { rate: cubic.errorReceived(now, step.rate ?? NaN), k: cubic.k };
  };
}

function expectAnswer(seen: Answer, want: Answer, at: string): void {
  for (const [name, value] of Object.entries(want)) {
    const found = seen[name as keyof Answer];
    if (typeof value === 'number') expect(found, `${at}: ${name}`).toBeCloseTo(value, 9);
    else if (typeof value === 'boolean') expect(found, `${at}: ${name}`).toBe(value);
  }
}

describe('botocore adaptive mode', () => {
  test.each(casesOf<Params, Step, Expected>(vectors))('$case ($source)', ({ params, inputs, expected }) => {
    if (!Array.isArray(expected)) {
      const { startingMaxRate = NaN, scaleConstant, beta } = params;
      expect(new AwsCubic(startingMaxRate, 0, scaleConstant, beta).k).toBeCloseTo(expected.k ?? NaN, 9);
      return;
    }
    const machine = machineOf(params);
    expect(expected.length).toBe(inputs.length);
    inputs.forEach((step, i) => {
      const want = expected[i];
      const seen = machine(step);
      if (want !== null) expectAnswer(seen, want, `step ${i} ${JSON.stringify(step)}`);
    });
  });
});
