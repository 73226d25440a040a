/** What Envoy's outlier detection is told, and what it finds, under Envoy's names. */

/** Results that are no HTTP status (those are 100 and above). */
export const EXT_ORIGIN_REQUEST_FAILED = 0;
export const EXT_ORIGIN_REQUEST_SUCCESS = 1;
export const LOCAL_ORIGIN_TIMEOUT = 2;
export const LOCAL_ORIGIN_CONNECT_FAILED = 3;
/** Connected, on the way to an answer that is reported on its own. */
export const LOCAL_ORIGIN_CONNECT_SUCCESS = 4;
/** Connected, and nothing else will be reported. */
export const LOCAL_ORIGIN_CONNECT_SUCCESS_FINAL = 5;

/** Kinds of ejection: indices into `EJECTION_TYPES`. */
export const CONSECUTIVE_5XX = 0;
export const CONSECUTIVE_GATEWAY_FAILURE = 1;
export const SUCCESS_RATE = 2;
export const CONSECUTIVE_LOCAL_ORIGIN_FAILURE = 3;
export const SUCCESS_RATE_LOCAL_ORIGIN = 4;
export const FAILURE_PERCENTAGE = 5;
export const FAILURE_PERCENTAGE_LOCAL_ORIGIN = 6;
export const EJECTION_TYPES = [
  'CONSECUTIVE_5XX',
  'CONSECUTIVE_GATEWAY_FAILURE',
  'SUCCESS_RATE',
  'CONSECUTIVE_LOCAL_ORIGIN_FAILURE',
  'SUCCESS_RATE_LOCAL_ORIGIN',
  'FAILURE_PERCENTAGE',
  'FAILURE_PERCENTAGE_LOCAL_ORIGIN',
] as const;

/** Whose results a success rate is of: the host's answers, or the attempts to reach it. */
export const EXTERNAL_ORIGIN = 0;
export const LOCAL_ORIGIN = 1;
export type Origin = 0 | 1;

/** A result as a status, where local errors are not split off. */
export function statusOf(result: number): number {
  if (result === LOCAL_ORIGIN_TIMEOUT) return 504;
  if (result === LOCAL_ORIGIN_CONNECT_FAILED) return 503;
  return result === EXT_ORIGIN_REQUEST_FAILED ? 500 : 200;
}
