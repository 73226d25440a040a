import type { Explanation } from '../../experiments/explain.ts';
import { hashName, mix } from '../../kernel/hash.ts';
import type { Span } from './spans.ts';
import { describeAct, nameOfSpan, spansOf } from './spans.ts';

/**
 * Traces in the JSON encoding of the OpenTelemetry protocol, which Jaeger opens as a file and every collector takes.
 * Source: opentelemetry-proto, trace/v1/trace.proto; OTLP specification 1.x, "JSON Protobuf Encoding": ids in
 * hexadecimal, 64-bit integers as text, enums as numbers.
 */
export interface OtlpTrace {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string; readonly version: string };
      readonly spans: readonly OtlpSpan[];
    }[];
  }[];
}

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly events: readonly {
    readonly timeUnixNano: string;
    readonly name: string;
    readonly attributes: readonly OtlpAttribute[];
  }[];
  readonly status: { readonly code: number; readonly message?: string };
}

export interface OtlpAttribute {
  readonly key: string;
  readonly value:
    | { readonly stringValue: string }
    | { readonly boolValue: boolean }
    | { readonly intValue: string }
    | { readonly doubleValue: number };
}

/** SPAN_KIND_INTERNAL, _SERVER, _CLIENT. */
const KINDS = { layer: 1, dispatch: 2, request: 3 } as const;
const STATUS = { ok: 1, error: 2 } as const;

/** A run begins with the year 2020: no clock shows when a simulation was. */
const EPOCH_SECONDS = 1_577_836_800n;

/** One request's story: each layer, the client and the service are services of their own, so that viewers tell them apart. */
export function otlpTrace(explanation: Explanation): OtlpTrace {
  const { version, scenario, design, seed } = explanation;
  const bySpeaker = new Map<string, OtlpSpan[]>();
  for (const span of spansOf(explanation)) {
    const speaker = speakerOf(span, explanation);
    bySpeaker.set(speaker, [...(bySpeaker.get(speaker) ?? []), otlpSpan(span, explanation)]);
  }
  const resourceSpans = [...bySpeaker].map(([speaker, spans]) => ({
    resource: {
      attributes: attributesOf({
        'service.name': speaker,
        'overcontrol.scenario': scenario,
        'overcontrol.design': design,
        'overcontrol.seed': seed,
      }),
    },
    scopeSpans: [{ scope: { name: 'overcontrol', version }, spans }],
  }));
  return { resourceSpans };
}

function speakerOf(span: Span, explanation: Explanation): string {
  if (span.kind === 'request') return explanation.from;
  return span.kind === 'dispatch' ? explanation.to : nameOfSpan(span, explanation);
}

function otlpSpan(span: Span, explanation: Explanation): OtlpSpan {
  const { trace } = explanation;
  const isGood = span.result === '' || span.result === 'ok' || span.result === 'served';
  return {
    traceId: traceId(explanation),
    spanId: spanId(explanation, span.index),
    ...(span.parent === null ? {} : { parentSpanId: spanId(explanation, span.parent.index) }),
    name: nameOfSpan(span, explanation),
    kind: KINDS[span.kind],
    startTimeUnixNano: unixNano(span.start),
    endTimeUnixNano: unixNano(span.end),
    attributes: attributesOf({
      ...(span.kind === 'request' ? { 'overcontrol.request': trace.request, 'overcontrol.client': trace.client } : {}),
      ...(span.kind === 'dispatch' ? { 'overcontrol.instance': span.instance } : {}),
      ...(span.result === '' ? {} : { 'overcontrol.result': span.result }),
    }),
    events: span.events.map((event) => ({
      timeUnixNano: unixNano(event.at),
      name: event.act,
      attributes: attributesOf(describeAct(event, trace.arrivedAt)),
    })),
    status: isGood ? { code: STATUS.ok } : { code: STATUS.error, message: span.result },
  };
}

function attributesOf(members: Readonly<Record<string, string | number | boolean>>): OtlpAttribute[] {
  return Object.entries(members).map(([key, value]) => {
    if (typeof value === 'string') return { key, value: { stringValue: value } };
    if (typeof value === 'boolean') return { key, value: { boolValue: value } };
    return { key, value: Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value } };
  });
}

/** Nanoseconds since 1970, more than a number can hold. */
function unixNano(nanoseconds: number): string {
  return String(EPOCH_SECONDS * 1_000_000_000n + BigInt(nanoseconds));
}

function traceId({ digest, design, trace }: Explanation): string {
  return digest + word(hashName(design)) + word(mix(trace.request + 1));
}

/** Never all zeros, which no id may be. */
function spanId({ digest, trace }: Explanation, index: number): string {
  return word(hashName(digest, trace.request)) + word(index + 1);
}

function word(hash: number): string {
  return (hash >>> 0).toString(16).padStart(8, '0');
}
