import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SECOND } from '../../kernel/time.ts';
import { KubernetesReadiness, kubernetesReadiness } from './kubernetes-readiness.ts';

function probe(overrides: object = {}): KubernetesReadiness {
  const made = new KubernetesReadiness(z.object(kubernetesReadiness.parameters).parse(overrides), 1);
  made.started(0, 0);
  return made;
}

function readyAfter(made: KubernetesReadiness, results: readonly boolean[]): boolean[] {
  return results.map((passed) => {
    made.onResult(0, passed);
    return made.ready(0);
  });
}

describe('a readiness probe', () => {
  it('has the product’s defaults', () => {
    expect(z.object(kubernetesReadiness.parameters).parse({})).toMatchObject({
      initialDelaySeconds: 0,
      periodSeconds: 10,
      timeoutSeconds: 1,
      successThreshold: 1,
      failureThreshold: 3,
    });
    expect([probe().period, probe().timeout]).toEqual([10 * SECOND, SECOND]);
  });

  it('is not ready before its first success', () => {
    const made = probe();
    expect(made.ready(0)).toBe(false);
    expect(readyAfter(made, [false, true])).toEqual([false, true]);
  });

  it('is not ready after three failures in a row, and ready after one success', () => {
    expect(readyAfter(probe(), [true, false, false, true, false, false, false, true])).toEqual([
      true,
      true,
      true,
      true,
      true,
      true,
      false,
      true,
    ]);
  });

  it('wants as many successes in a row as configured', () => {
    expect(readyAfter(probe({ successThreshold: 2 }), [true, false, true, true])).toEqual([false, false, false, true]);
  });

  it('is not probed before the initial delay, in whole seconds', () => {
    const made = probe({ initialDelaySeconds: 5 });
    expect([4.999, 5].map((second) => made.probes(0, second * SECOND))).toEqual([false, true]);
  });

  it('says when readiness changed', () => {
    const made = probe({ failureThreshold: 2 });
    expect([true, true, false, false, false, true].map((passed) => made.onResult(0, passed))).toEqual([
      true,
      false,
      false,
      true,
      false,
      true,
    ]);
  });

  it('begins anew with an instance that starts again', () => {
    const made = probe();
    readyAfter(made, [true, false, false]);
    made.started(0, 100 * SECOND);
    expect(readyAfter(made, [false, true, false, false])).toEqual([false, true, true, true]);
  });

  it('shows a failure after failureThreshold - 1 to failureThreshold periods and the timeout', () => {
    fc.assert(
      fc.property(fc.nat(9_999), fc.integer({ min: 1, max: 5 }), (brokenAfterMs, failureThreshold) => {
        const made = probe({ failureThreshold });
        readyAfter(made, [true]);
        const broken = brokenAfterMs * 1e6;
        let seen = 0;
        // A probe that starts when the instance is broken fails by its timeout.
        for (let tick = made.period; made.ready(0); tick += made.period) {
          made.onResult(0, tick < broken);
          seen = tick + made.timeout;
        }
        expect(seen - broken).toBeGreaterThanOrEqual((failureThreshold - 1) * made.period);
        expect(seen - broken).toBeLessThanOrEqual(failureThreshold * made.period + made.timeout);
      }),
    );
  });
});
