import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Registry } from '../../controllers/registry.ts';
import { explain, NothingToExplainError } from '../../experiments/explain.ts';
import type { Choice, Explanation } from '../../experiments/explain.ts';
import { read } from '../../scenario/testing/small-scenario.ts';
import { chromeTrace } from './chrome-trace.ts';
import { otlpTrace } from './otlp.ts';
import { spansOf } from './spans.ts';

/** Layers of every kind, tries that overlap, and an instance that is slow for a while. */
const TEXT = `name: traced
duration: 20s
world:
  services: { api: { instances: 3, concurrency: 2, queue: { limit: 8 }, serviceTime: { exponential: 50ms } } }
  traffic: [{ name: users, to: api, clients: 3, arrivals: { poisson: 70/s }, deadline: 400ms }]
  faults: [{ at: 5s, for: 5s, slow: { service: api, instances: [0], factor: 10 } }]
edges:
  - from: users
    to: api
    layers:
      - { name: balancer, kind: loadBalancer, policy: leastRequest, source: reported, metrics: { lag: 1s } }
      - { name: sidecar, kind: retry, tries: 3, perTryTimeout: 150ms, retryOn: [refused, timedOut, limited], reselect: own,
          hedge: { after: 60ms }, backoff: { base: 5ms, jitter: none } }
      - { name: limiter, kind: rateLimiter, rate: 30/s, burst: 10, key: client, refusalCost: 1 }
      - { name: breaker, kind: circuitBreaker, policy: consecutive, failures: 3, waitOpen: 1s, key: instance }
`;
const REGISTRY = new Registry();
const SCENARIO = read(TEXT);

function tell(choice: Choice): Explanation {
  return explain(SCENARIO, SCENARIO.designs[0], '1', choice, REGISTRY);
}

/** The worst, the first of each kind that there is, and some by their numbers. */
const TOLD: readonly Explanation[] = [
  ...(['killed', 'served', 'rejected', 'timedOut', 'failed'] as const).map((first) => ({ first })),
  ...(['latency', 'dispatches'] as const).map((worst) => ({ worst })),
  ...[0, 350, 400, 450, 500, 550, 600].map((request) => ({ request })),
].flatMap((choice: Choice) => {
  try {
    return [tell(choice)];
  } catch (error) {
    if (error instanceof NothingToExplainError) return [];
    throw error;
  }
});

describe('the spans of a request', () => {
  it('are told of requests that were refused, retried, hedged and timed out', () => {
    expect(TOLD.length).toBeGreaterThanOrEqual(10);
    const acts = new Set(TOLD.flatMap(({ trace }) => trace.events.map(({ act }) => act)));
    for (const act of ['selected', 'refused', 'retried', 'hedged', 'timedOut', 'answered', 'charged'] as const) {
      expect(acts).toContain(act);
    }
  });

  it('hold every act once, and each lies within its parent', () => {
    for (const told of TOLD) {
      const spans = spansOf(told);
      expect(spans.flatMap(({ events }) => events)).toHaveLength(told.trace.events.length);
      expect(spans.filter(({ parent }) => parent === null)).toEqual([spans[0]]);
      for (const { parent, start, end, events } of spans) {
        expect(end).toBeGreaterThanOrEqual(start);
        for (const { at } of events) expect([at >= start, at <= end]).toEqual([true, true]);
        if (parent !== null) expect([start >= parent.start, end <= parent.end]).toEqual([true, true]);
      }
    }
  });

  it('follow the stack: each layer stands within the one outside of it, and a dispatch within the innermost', () => {
    for (const told of TOLD) {
      for (const { kind, layer, parent } of spansOf(told)) {
        if (kind === 'layer') expect(parent!.layer).toBe(layer - 1);
        if (kind === 'dispatch') expect(parent!.layer).toBe(told.layers.length - 1);
      }
    }
  });
});

describe('the worst request', () => {
  it('is the one that took longest', () => {
    const { trace } = tell({ worst: 'latency' });
    const { latencyMs } = TOLD.reduce(
      (most, { trace: one }) =>
        one.outcome === 'served' ? { latencyMs: Math.max(most.latencyMs, (one.endedAt - one.arrivedAt) / 1e6) } : most,
      { latencyMs: 0 },
    );
    expect((trace.endedAt - trace.arrivedAt) / 1e6).toBeGreaterThanOrEqual(latencyMs);
    expect(['served', 'late']).toContain(trace.outcome);
  });

  it('is the one that was dispatched most often', () => {
    const dispatches = ({ trace }: Explanation) => trace.events.filter(({ act }) => act === 'dispatched').length;
    const most = Math.max(...TOLD.map(dispatches));
    expect(most).toBeGreaterThan(1);
    expect(dispatches(tell({ worst: 'dispatches' }))).toBe(most);
  });
});

/** As the Trace Event Format has it. */
const CHROME = z.strictObject({
  traceEvents: z.array(
    z.discriminatedUnion('ph', [
      z.strictObject({ ph: z.literal('X'), dur: z.number().min(0), ...event() }),
      z.strictObject({ ph: z.literal('i'), s: z.enum(['g', 'p', 't']), ...event() }),
      z.strictObject({ ph: z.literal('M'), ...event() }),
    ]),
  ),
  displayTimeUnit: z.enum(['ms', 'ns']),
  otherData: z.record(z.string(), z.string()),
});
function event() {
  const id = z.int().min(0);
  return {
    name: z.string().min(1),
    cat: z.string(),
    ts: z.number().min(0),
    pid: id,
    tid: id,
    args: z.record(z.string(), z.unknown()),
  };
}

describe('a Chrome trace', () => {
  it('has the shape of the Trace Event Format', () => {
    for (const told of TOLD) {
      const trace: unknown = JSON.parse(JSON.stringify(chromeTrace(told)));
      expect(CHROME.parse(trace)).toEqual(trace);
    }
  });

  it('names its tracks, in the order of the stack', () => {
    const { traceEvents } = chromeTrace(tell({ first: 'timedOut' }));
    const names = traceEvents.filter(({ name }) => name === 'thread_name').map(({ args }) => args['name']);
    expect(names.slice(0, 5)).toEqual(['users', 'balancer', 'sidecar', 'limiter', 'breaker']);
    const tids = new Set(traceEvents.filter(({ ph }) => ph !== 'M').map(({ tid }) => tid));
    const named = new Set(traceEvents.filter(({ name }) => name === 'thread_name').map(({ tid }) => tid));
    expect(named).toEqual(tids);
  });

  it('lets nothing overlap on one track', () => {
    for (const told of TOLD) {
      const slices = chromeTrace(told).traceEvents.filter(({ ph }) => ph === 'X');
      for (const tid of new Set(slices.map((slice) => slice.tid))) {
        const own = slices.filter((slice) => slice.tid === tid).toSorted((a, b) => a.ts - b.ts);
        for (let i = 1; i < own.length; i++)
          expect(own[i].ts).toBeGreaterThanOrEqual(own[i - 1].ts + own[i - 1].dur! - 1e-6);
      }
    }
  });
});

/** As opentelemetry-proto's trace.proto has it in JSON; ids are not all zeros. */
const attribute = z.strictObject({
  key: z.string().min(1),
  value: z.union([
    z.strictObject({ stringValue: z.string() }),
    z.strictObject({ boolValue: z.boolean() }),
    z.strictObject({ intValue: z.string().regex(/^-?\d+$/) }),
    z.strictObject({ doubleValue: z.number() }),
  ]),
});
const id = (digits: number) => z.string().regex(new RegExp(`^(?!0+$)[0-9a-f]{${digits}}$`));
const nanos = z.string().regex(/^\d{19}$/);
const OTLP = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes: z.array(attribute) }),
      scopeSpans: z.array(
        z.strictObject({
          scope: z.strictObject({ name: z.string(), version: z.string() }),
          spans: z.array(
            z.strictObject({
              traceId: id(32),
              spanId: id(16),
              parentSpanId: id(16).optional(),
              name: z.string().min(1),
              kind: z.int().min(0).max(5),
              startTimeUnixNano: nanos,
              endTimeUnixNano: nanos,
              attributes: z.array(attribute),
              events: z.array(
                z.strictObject({ timeUnixNano: nanos, name: z.string(), attributes: z.array(attribute) }),
              ),
              status: z.strictObject({ code: z.int().min(0).max(2), message: z.string().optional() }),
            }),
          ),
        }),
      ),
    }),
  ),
});

describe('an OTLP trace', () => {
  it('has the shape of the protocol', () => {
    for (const told of TOLD) {
      const trace: unknown = JSON.parse(JSON.stringify(otlpTrace(told)));
      expect(OTLP.parse(trace)).toEqual(trace);
    }
  });

  it('is one tree: every parent is there, and every id once', () => {
    for (const told of TOLD) {
      const spans = otlpTrace(told).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((one) => one.spans));
      const ids = new Set(spans.map(({ spanId }) => spanId));
      expect(ids.size).toBe(spans.length);
      expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
      expect(spans.filter(({ parentSpanId }) => parentSpanId === undefined)).toHaveLength(1);
      for (const { parentSpanId } of spans) if (parentSpanId !== undefined) expect(ids).toContain(parentSpanId);
    }
  });

  it('says of every span whose it is, and what came of it', () => {
    const { resourceSpans } = otlpTrace(tell({ first: 'timedOut' }));
    const speakers = resourceSpans.map(({ resource }) => resource.attributes[0]);
    expect(speakers).toContainEqual({ key: 'service.name', value: { stringValue: 'users' } });
    expect(speakers).toContainEqual({ key: 'service.name', value: { stringValue: 'api' } });
    const [request] = resourceSpans[0].scopeSpans[0].spans;
    expect(request).toMatchObject({ name: 'users > api', kind: 3, status: { code: 2, message: 'timedOut' } });
  });

  it('has other ids for other requests', () => {
    const ids = TOLD.map((told) => otlpTrace(told).resourceSpans[0].scopeSpans[0].spans[0].traceId);
    expect(new Set(ids).size).toBe(new Set(TOLD.map(({ trace }) => trace.request)).size);
  });
});
