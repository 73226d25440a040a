import type { RetryCondition } from './retry-on.ts';

const HTTP: Readonly<Record<number, RetryCondition>> = {
  429: 'limited',
  500: 'error',
  503: 'refused',
  504: 'timedOut',
};

/** The kinds of failure whose HTTP status lies between `from` and `to`, both included. */
export function httpStatuses(from: number, to = from): RetryCondition[] {
  return Object.entries(HTTP).flatMap(([code, kind]) => (Number(code) >= from && Number(code) <= to ? [kind] : []));
}

/** gRPC status codes that a failed attempt can have here, and the kinds that they stand for. */
export const GRPC_STATUS = {
  DEADLINE_EXCEEDED: ['timedOut'],
  RESOURCE_EXHAUSTED: ['limited'],
  ABORTED: ['error'],
  INTERNAL: ['error'],
  UNKNOWN: ['error'],
  UNAVAILABLE: ['refused'],
} as const satisfies Readonly<Record<string, readonly RetryCondition[]>>;
export type GrpcStatus = keyof typeof GRPC_STATUS;
export const GRPC_STATUS_NAMES = Object.keys(GRPC_STATUS) as GrpcStatus[];
