import * as fc from 'fast-check';
import type { WindowSnapshot } from '../sliding-window.ts';

/** A call that ended. */
export interface CallResult {
  readonly at: number;
  readonly failed: boolean;
  readonly slow: boolean;
  readonly duration: number;
}

/** Results in the order of time; gaps are short, with a long one now and then. */
export function someResults(maxLength = 60): fc.Arbitrary<CallResult[]> {
  const step = fc.record({
    gap: fc.oneof({ weight: 8, arbitrary: fc.nat(6) }, { weight: 1, arbitrary: fc.nat(200) }),
    failed: fc.boolean(),
    slow: fc.boolean(),
    duration: fc.nat(1000),
  });
  return fc.array(step, { maxLength }).map((steps) => {
    let at = 0;
    return steps.map(({ gap, failed, slow, duration }) => {
      at += gap;
      return { at, failed, slow, duration };
    });
  });
}

/** The snapshot that these results amount to, each looked at again. */
export function naiveSnapshot(results: readonly CallResult[]): WindowSnapshot {
  const total = results.length;
  const failed = results.filter((result) => result.failed).length;
  const slow = results.filter((result) => result.slow).length;
  const slowFailed = results.filter((result) => result.slow && result.failed).length;
  const totalDuration = results.reduce((sum, { duration }) => sum + duration, 0);
  return {
    total,
    successful: total - failed,
    failed,
    slow,
    slowSuccessful: slow - slowFailed,
    slowFailed,
    totalDuration,
    averageDuration: total === 0 ? 0 : Math.floor(totalDuration / total),
    failureRate: total === 0 ? 0 : Math.fround((failed * 100) / total),
    slowCallRate: total === 0 ? 0 : Math.fround((slow * 100) / total),
  };
}
