import { describe, expect, test } from 'vitest';
import { Stream } from '../../../kernel/random.ts';
import { MILLISECOND } from '../../../kernel/time.ts';
import { casesOf } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/polly-retrydelay.json' with { type: 'json' };
import type { PollyBackoffType } from './polly-backoff.ts';
import { pollyBackoff } from './polly.ts';
import { drawing } from './testing/scripted-random.ts';
import { waitOf, waitsOf } from './testing/waits.ts';

/** .NET's longest TimeSpan, in nanoseconds. */
const TIMESPAN_MAX = 9223372036854775807n;
const NO_CAP = Number(TIMESPAN_MAX * 100n);

interface Params {
  readonly BackoffType?: PollyBackoffType;
  readonly UseJitter?: boolean;
  readonly MaxDelay_ms?: number | null;
}
interface Input {
  readonly attempt: number;
  readonly baseDelay_ms: number;
  readonly random?: number;
}
interface Bounds {
  readonly min: number;
  readonly maxFactorOfBase: string;
}

function backoffOf({ BackoffType = 'Constant', UseJitter = false, MaxDelay_ms }: Params, baseMs: number) {
  const max = MaxDelay_ms === null || MaxDelay_ms === undefined ? NO_CAP : MaxDelay_ms * MILLISECOND;
  return pollyBackoff(BackoffType, UseJitter, baseMs * MILLISECOND, max);
}

const cases = casesOf<Params, Input, number[] | Bounds>(vectors);
const isTable = (expected: number[] | Bounds): expected is number[] => Array.isArray(expected);

describe("Polly's retry delays", () => {
  test.each(cases.filter(({ expected }) => isTable(expected)))('$case ($source)', ({ params, inputs, expected }) => {
    expect((expected as number[]).length).toBe(inputs.length);
    inputs.forEach(({ attempt, baseDelay_ms, random = 0 }, i) => {
      const backoff = backoffOf(params, baseDelay_ms);
      expect(waitOf(backoff, attempt + 1, drawing(random)) / MILLISECOND).toBe((expected as number[])[i]);
    });
  });

  test.each(cases.filter(({ expected }) => !isTable(expected)))('$case ($source)', ({ expected }) => {
    const { min, maxFactorOfBase } = expected as Bounds;
    expect(maxFactorOfBase).toBe('4*2^attempt');
    const backoff = pollyBackoff('Exponential', true, 500 * MILLISECOND, NO_CAP);
    const random = new Stream('polly', 'bounds');
    for (let call = 0; call < 500; call++) {
      waitsOf(backoff, 10, random).forEach((wait, attempt) => {
        expect(wait).toBeGreaterThanOrEqual(min);
        expect(wait).toBeLessThanOrEqual(4 * 2 ** attempt * 500 * MILLISECOND);
      });
    }
  });
});
