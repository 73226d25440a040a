import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parameterMeta } from '../../parameters.ts';
import { OVERFLOWS, PASSES, WAITS } from './concurrency-thresholds.ts';
import type { ConcurrencyThresholds } from './concurrency-thresholds.ts';
import { envoy } from './envoy.ts';
import { THRESHOLD_POLICIES } from './index.ts';
import { istio } from './istio.ts';

const envoyWith = (written: object = {}): ConcurrencyThresholds =>
  envoy.create(z.strictObject(envoy.parameters).parse(written) as never, undefined);
const istioWith = (written: object = {}): ConcurrencyThresholds =>
  istio.create(z.strictObject(istio.parameters).parse(written) as never, undefined);

/** Asks so many times. */
const asks = (thresholds: ConcurrencyThresholds, times: number, isRetry = false): number[] =>
  Array.from({ length: times }, () => thresholds.ask(isRetry));

describe('thresholds of Envoy', () => {
  it('let 1024 requests pass and the next 1024 wait, and refuse the rest', () => {
    const thresholds = envoyWith({ maxRequests: 5000 });
    expect(asks(thresholds, 1024).every((one) => one === PASSES)).toBe(true);
    expect(asks(thresholds, 1024).every((one) => one === WAITS)).toBe(true);
    expect(thresholds.ask(false)).toBe(OVERFLOWS);
    expect([thresholds.active, thresholds.pending]).toEqual([1024, 1024]);
  });

  it('refuse above maxRequests, and let nobody wait for it', () => {
    const thresholds = envoyWith({ maxRequests: 2 });
    expect(asks(thresholds, 3)).toEqual([PASSES, PASSES, OVERFLOWS]);
    expect(thresholds.ended(false)).toBe(false);
    expect(thresholds.ask(false)).toBe(PASSES);
  });

  it('give the connection of one that ends to one that waits', () => {
    const thresholds = envoyWith({ maxConnections: 1, maxPendingRequests: 1, maxRequests: 1 });
    expect(asks(thresholds, 3)).toEqual([PASSES, WAITS, OVERFLOWS]);
    expect(thresholds.ended(false)).toBe(true);
    thresholds.granted();
    expect([thresholds.active, thresholds.pending]).toEqual([1, 0]);
    expect(thresholds.ended(false)).toBe(false);
  });

  it('forget one that waited and was given up', () => {
    const thresholds = envoyWith({ maxConnections: 1, maxPendingRequests: 1, maxRetries: 1 });
    expect([thresholds.ask(false), thresholds.ask(true)]).toEqual([PASSES, WAITS]);
    thresholds.left(true);
    expect([thresholds.pending, thresholds.retries]).toEqual([0, 0]);
    expect(thresholds.ended(false)).toBe(false);
  });

  it('open one connection even where none is allowed, as a pool of Envoy does', () => {
    expect(asks(envoyWith({ maxConnections: 0, maxPendingRequests: 1 }), 3)).toEqual([PASSES, WAITS, OVERFLOWS]);
  });

  it('over HTTP/2 are not bound by connections', () => {
    const thresholds = envoyWith({ protocol: 'http2', maxConnections: 1, maxPendingRequests: 0, maxRequests: 3 });
    expect(asks(thresholds, 4)).toEqual([PASSES, PASSES, PASSES, OVERFLOWS]);
  });

  it('let 3 retries be outstanding, whatever the requests', () => {
    const thresholds = envoyWith();
    asks(thresholds, 100);
    expect(asks(thresholds, 4, true)).toEqual([PASSES, PASSES, PASSES, OVERFLOWS]);
    thresholds.ended(true);
    expect(thresholds.ask(true)).toBe(PASSES);
  });

  it('with a retry budget let 20 % of what is active or pending be retries, and always 3', () => {
    const thresholds = envoyWith({ retryBudget: {}, maxRetries: 1, maxConnections: 20 });
    expect(thresholds.retryLimit).toBe(3);
    asks(thresholds, 24);
    expect([thresholds.active, thresholds.pending, thresholds.retryLimit]).toEqual([20, 4, 4]);
    // Each retry that is taken in counts among the requests: 20 % of 28 is 5.6.
    expect(asks(thresholds, 7, true)).toEqual([WAITS, WAITS, WAITS, WAITS, WAITS, OVERFLOWS, OVERFLOWS]);
  });
});

describe('thresholds of Istio', () => {
  it('limit nothing unless they are given', () => {
    const thresholds = istioWith();
    expect(asks(thresholds, 5000).every((one) => one === PASSES)).toBe(true);
    expect(asks(thresholds, 5000, true).every((one) => one === PASSES)).toBe(true);
  });

  it('take maxConnections 1 and http1MaxPendingRequests 1: one passes, one waits, the third is refused', () => {
    expect(asks(istioWith({ maxConnections: 1, http1MaxPendingRequests: 1 }), 3)).toEqual([PASSES, WAITS, OVERFLOWS]);
  });

  it('bound retries by 20 percent of the requests where the budget is set, and always 3', () => {
    const thresholds = istioWith({ retryBudget: {} });
    expect(thresholds.retryLimit).toBe(3);
    asks(thresholds, 50);
    expect(thresholds.retryLimit).toBe(10);
  });

  it('refuse what is no uint32, with the range and its source', () => {
    const parsed = z.strictObject(istio.parameters).safeParse({ maxConnections: 4294967296 });
    expect(parsed.error!.issues[0].message).toMatch(/expected 0 to 4294967295 \(Istio DestinationRule/);
  });
});

describe.each(THRESHOLD_POLICIES.map((definition) => ({ name: definition.name, definition })))(
  'the definition of $name',
  ({ definition }) => {
    it('says what it is, where it comes from, what it gets wrong, and the source of each default', () => {
      expect(definition.about.endsWith('.')).toBe(true);
      expect(definition.sources.length).toBeGreaterThan(0);
      expect(definition.knownToGetWrong.length).toBeGreaterThan(0);
      for (const [name, schema] of Object.entries(definition.parameters)) {
        const meta = parameterMeta(schema as never);
        if (meta?.default !== undefined) expect(meta.source, `source of the default of ${name}`).toBeTruthy();
      }
    });
  },
);
