import { SECOND } from '../../kernel/time.ts';
import type { LintedLayer } from './linted-design.ts';
import { configOf, numberOf } from './linted-design.ts';

/** The window of time that a breaker judges, and where it says so; undefined where it counts calls. */
export interface BreakerWindow {
  readonly length: number;
  readonly parameter: string;
  /** Calls in it below which it does not judge, and where it says so. */
  readonly minimumCalls: number;
  readonly minimumParameter: string;
}

/** Policies whose window is a duration: the parameter of the window, and that of its least calls. */
const WINDOWS: Readonly<Record<string, readonly [string, string]>> = {
  timeWindow: ['window', 'minimumCalls'],
  hystrix: ['rollingWindow', 'requestVolumeThreshold'],
  polly: ['SamplingDuration', 'MinimumThroughput'],
  finagle: ['window', 'minRequestThreshold'],
};

export function breakerWindow(layer: LintedLayer): BreakerWindow | undefined {
  const { policy } = layer.spec;
  if (policy === 'resilience4j') return resilience4jWindow(layer);
  if (!Object.hasOwn(WINDOWS, policy)) return undefined;
  const [parameter, minimumParameter] = WINDOWS[policy];
  const length = numberOf(layer, parameter);
  const minimumCalls = numberOf(layer, minimumParameter);
  if (length === undefined || minimumCalls === undefined) return undefined;
  return { length, parameter, minimumCalls, minimumParameter };
}

/** Its time window is a number of seconds. */
function resilience4jWindow(layer: LintedLayer): BreakerWindow | undefined {
  if (configOf(layer, 'slidingWindowType') !== 'TIME_BASED') return undefined;
  return {
    length: numberOf(layer, 'slidingWindowSize')! * SECOND,
    parameter: 'slidingWindowSize',
    minimumCalls: numberOf(layer, 'minimumNumberOfCalls')!,
    minimumParameter: 'minimumNumberOfCalls',
  };
}
