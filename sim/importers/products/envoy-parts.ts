import { flag, goDuration, number, percentage } from '../conversions.ts';
import type { Draft, FieldMapping, Settings } from '../draft.ts';
import { mapFields, note } from '../draft.ts';
import type { Cursor } from '../manifest.ts';
import { ENVOY_CONDITIONS } from '../../controllers/retry/policies/envoy-retry-on.ts';

/** Fields of Envoy's `OutlierDetection`, as a cluster or a policy that becomes one has them. */
export const OUTLIER_DETECTION: readonly FieldMapping[] = [
  ['consecutive_5xx', 'outlierDetection.consecutive5xx', number],
  ['consecutive5xx', 'outlierDetection.consecutive5xx', number],
  ['enforcing_consecutive_5xx', 'outlierDetection.enforcingConsecutive5xx', percentage],
  ['enforcingConsecutive5xx', 'outlierDetection.enforcingConsecutive5xx', percentage],
  ['consecutiveGatewayFailure', 'outlierDetection.consecutiveGatewayFailure', number],
  ['enforcingConsecutiveGatewayFailure', 'outlierDetection.enforcingConsecutiveGatewayFailure', percentage],
  ['splitExternalLocalOriginErrors', 'outlierDetection.splitExternalLocalOriginErrors', flag],
  ['consecutiveLocalOriginFailure', 'outlierDetection.consecutiveLocalOriginFailure', number],
  ['enforcingConsecutiveLocalOriginFailure', 'outlierDetection.enforcingConsecutiveLocalOriginFailure', percentage],
  ['interval', 'outlierDetection.interval', goDuration],
  ['baseEjectionTime', 'outlierDetection.baseEjectionTime', goDuration],
  ['maxEjectionTime', 'outlierDetection.maxEjectionTime', goDuration],
  ['maxEjectionTimeJitter', 'outlierDetection.maxEjectionTimeJitter', goDuration],
  ['maxEjectionPercent', 'outlierDetection.maxEjectionPercent', percentage],
  ['alwaysEjectOneHost', 'outlierDetection.alwaysEjectOneHost', flag],
  ['successRateMinimumHosts', 'outlierDetection.successRateMinimumHosts', number],
  ['successRateRequestVolume', 'outlierDetection.successRateRequestVolume', number],
  ['successRateStdevFactor', 'outlierDetection.successRateStdevFactor', number],
  ['enforcingSuccessRate', 'outlierDetection.enforcingSuccessRate', percentage],
  ['failurePercentageThreshold', 'outlierDetection.failurePercentageThreshold', percentage],
  ['failurePercentageMinimumHosts', 'outlierDetection.failurePercentageMinimumHosts', number],
  ['failurePercentageRequestVolume', 'outlierDetection.failurePercentageRequestVolume', number],
  ['enforcingFailurePercentage', 'outlierDetection.enforcingFailurePercentage', percentage],
];

/** Conditions in Envoy's comma-separated form that are known here, and status codes among them. */
export function retryConditions(conditions: string): { known: string[]; codes: number[]; unknown: string[] } {
  const all = conditions
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  const codes = all.filter((one) => /^\d{3}$/.test(one)).map(Number);
  const words = all.filter((one) => !/^\d{3}$/.test(one));
  const isKnown = (one: string): boolean => (ENVOY_CONDITIONS as readonly string[]).includes(one);
  return { known: words.filter(isKnown), codes, unknown: words.filter((one) => !isKnown(one)) };
}

/** One proxy retries, balances and has the thresholds: its retries know an overflow, and never follow one. */
export function showOverflows(service: string, from: Cursor, draft: Draft): void {
  for (const { role, service: of, settings } of draft.layers) {
    if (of === service && role === 'balancer') note(settings, 'propagateCause', true, from, 'no overflow is retried');
  }
}

/** Active health checks, the first of those that a cluster has. */
export function activeChecks(check: Cursor, settings: Settings): void {
  note(settings, 'healthCheck.policy', 'envoy', check);
  mapFields(check, settings, [
    ['timeout', 'healthCheck.timeout', goDuration],
    ['interval', 'healthCheck.interval', goDuration],
    ['unhealthyThreshold', 'healthCheck.unhealthyThreshold', number],
    ['healthyThreshold', 'healthCheck.healthyThreshold', number],
    ['unhealthyInterval', 'healthCheck.unhealthyInterval', goDuration],
    ['noTrafficInterval', 'healthCheck.noTrafficInterval', goDuration],
    ['initialJitter', 'healthCheck.initialJitter', goDuration],
    ['intervalJitter', 'healthCheck.intervalJitter', goDuration],
  ]);
  for (const [setting, value] of Object.entries(REQUIRED)) {
    if (!settings.has(setting)) note(settings, setting, value, null, 'not given: as Envoy Gateway has it by default');
  }
  check.skip('what a check asks for: here a shallow one', ...PROTOCOLS_OF_CHECKS);
}

const REQUIRED = {
  'healthCheck.timeout': '1s',
  'healthCheck.interval': '3s',
  'healthCheck.unhealthyThreshold': 3,
  'healthCheck.healthyThreshold': 1,
};

const PROTOCOLS_OF_CHECKS = ['httpHealthCheck', 'tcpHealthCheck', 'grpcHealthCheck', 'type', 'http', 'tcp', 'grpc'];
