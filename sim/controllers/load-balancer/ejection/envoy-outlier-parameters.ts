import { SECOND } from '../../../kernel/time.ts';
import { choice, duration, flag, integer, share } from '../../parameters.ts';
import type { ConfigOf } from '../../shared/product.ts';
import { describeProduct } from '../../shared/product.ts';

const SOURCE = 'Envoy envoy.config.cluster.v3.OutlierDetection';
const LONGEST_BY_DEFAULT = 300 * SECOND;

/** Envoy's outlier detection: parameters under its own names, percentages in whole percent as it keeps them. */
export const envoyOutlierDetection = describeProduct({
  name: 'envoy',
  product: 'Envoy',
  about: 'Ejects hosts after consecutive errors, or whose success rate is far below that of the others.',
  parameters: {
    consecutive5xx: integer({
      about: 'Server errors in a row that eject a host.',
      source: `${SOURCE} consecutive_5xx`,
      default: 5,
    }),
    enforcingConsecutive5xx: share({
      about: 'Chance that this detection ejects.',
      source: `${SOURCE} enforcing_consecutive_5xx`,
      default: '100%',
    }),
    consecutiveGatewayFailure: integer({
      about: 'Gateway errors (502, 503, 504) in a row that eject a host.',
      source: `${SOURCE} consecutive_gateway_failure`,
      default: 5,
    }),
    enforcingConsecutiveGatewayFailure: share({
      about: 'Chance that this detection ejects.',
      source: `${SOURCE} enforcing_consecutive_gateway_failure`,
      default: '0%',
    }),
    splitExternalLocalOriginErrors: flag({
      about: 'Whether failures to connect are counted apart from answers, instead of as gateway errors.',
      source: `${SOURCE} split_external_local_origin_errors`,
      default: false,
    }),
    consecutiveLocalOriginFailure: integer({
      about: 'Failures to connect in a row that eject a host, if counted apart.',
      source: `${SOURCE} consecutive_local_origin_failure`,
      default: 5,
    }),
    enforcingConsecutiveLocalOriginFailure: share({
      about: 'Chance that this detection ejects.',
      source: `${SOURCE} enforcing_consecutive_local_origin_failure`,
      default: '100%',
    }),
    interval: duration({
      about: 'Time between sweeps: hosts come back, and success rates are judged, only then.',
      source: `${SOURCE} interval`,
      default: '10s',
      min: '1ms',
    }),
    baseEjectionTime: duration({
      about: 'How long the first ejection of a host lasts; each further one lasts this much longer.',
      source: `${SOURCE} base_ejection_time`,
      default: '30s',
    }),
    maxEjectionTime: duration({
      about: 'The longest ejection; by default 300s, or baseEjectionTime if that is longer.',
      source: `${SOURCE} max_ejection_time`,
    }).optional(),
    maxEjectionTimeJitter: duration({
      about: 'Random time up to this (whole milliseconds) added to each ejection.',
      source: `${SOURCE} max_ejection_time_jitter`,
      default: '0s',
    }),
    maxEjectionPercent: share({
      about: 'Most of the hosts that may be ejected at once.',
      source: `${SOURCE} max_ejection_percent`,
      default: '10%',
    }),
    alwaysEjectOneHost: flag({
      about: 'Whether one host may be ejected whatever maxEjectionPercent says (strict rule only).',
      source: `${SOURCE} always_eject_one_host, since 1.31`,
      default: false,
    }),
    ejectionPercentRule: choice(['strict', 'firstHostAlways'], {
      about: 'How maxEjectionPercent is meant: with the host to be ejected counted in, or as before 1.31 without.',
      source: 'Envoy outlier_detection_impl.cc ejectHost',
      default: 'strict',
    }),
    successRateMinimumHosts: integer({
      about: 'Hosts with enough requests needed to judge success rates.',
      source: `${SOURCE} success_rate_minimum_hosts`,
      default: 5,
    }),
    successRateRequestVolume: integer({
      about: 'Requests in an interval that are enough to judge the success rate of a host.',
      source: `${SOURCE} success_rate_request_volume`,
      default: 100,
    }),
    successRateStdevFactor: integer({
      about: 'In thousandths: how many standard deviations below the mean an outlier is.',
      source: `${SOURCE} success_rate_stdev_factor`,
      default: 1900,
    }),
    enforcingSuccessRate: share({
      about: 'Chance that this detection ejects.',
      source: `${SOURCE} enforcing_success_rate`,
      default: '100%',
    }),
    enforcingLocalOriginSuccessRate: share({
      about: 'Chance that this detection ejects, for failures to connect counted apart.',
      source: `${SOURCE} enforcing_local_origin_success_rate`,
      default: '100%',
    }),
    failurePercentageThreshold: share({
      about: 'Share of failures from which on a host is ejected.',
      source: `${SOURCE} failure_percentage_threshold`,
      default: '85%',
    }),
    failurePercentageMinimumHosts: integer({
      about: 'Hosts with enough requests needed to judge failure percentages.',
      source: `${SOURCE} failure_percentage_minimum_hosts`,
      default: 5,
    }),
    failurePercentageRequestVolume: integer({
      about: 'Requests in an interval that are enough to judge the failure percentage of a host.',
      source: `${SOURCE} failure_percentage_request_volume`,
      default: 50,
    }),
    enforcingFailurePercentage: share({
      about: 'Chance that this detection ejects.',
      source: `${SOURCE} enforcing_failure_percentage`,
      default: '0%',
    }),
    enforcingFailurePercentageLocalOrigin: share({
      about: 'Chance that this detection ejects, for failures to connect counted apart.',
      source: `${SOURCE} enforcing_failure_percentage_local_origin`,
      default: '0%',
    }),
    successfulActiveHealthCheckUnejectHost: flag({
      about: 'Whether a host comes back at once when it passes an active health check.',
      source: `${SOURCE} successful_active_health_check_uneject_host`,
      default: true,
    }),
  },
  check: checkEjectionTimes,
  sources: [
    'envoyproxy/envoy source/common/upstream/outlier_detection_impl.cc @00c7146d',
    'envoyproxy/envoy test/common/upstream/outlier_detection_impl_test.cc @00bd11e3',
  ],
  knownToGetWrong: [
    'With the defaults of the strict rule a cluster of fewer than ten hosts never ejects anything.',
    'A host comes back at a sweep only, so its time out is rounded up to the interval.',
    'Ejecting hosts moves their load to the others, which may then fail for having too much of it.',
    'The share of ejected hosts is not kept per priority level: a level may lose all of its hosts.',
    'A host that success rate and failure percentage both find in one sweep is ejected twice by Envoy, which leaves its count of ejected hosts one too high; here it is ejected once.',
    'Extension monitors are not modelled.',
  ],
});

export type EnvoyOutlierConfig = ConfigOf<typeof envoyOutlierDetection>;

interface EjectionTimes {
  readonly baseEjectionTime: number;
  readonly maxEjectionTime?: number;
}

/** The longest ejection: as configured, or the default. */
export function longestEjection(config: EjectionTimes): number {
  return config.maxEjectionTime ?? Math.max(LONGEST_BY_DEFAULT, config.baseEjectionTime);
}

/** What is wrong with the times, if anything. */
export function checkEjectionTimes(config: EjectionTimes): string | undefined {
  return longestEjection(config) < config.baseEjectionTime
    ? 'maxEjectionTime cannot be smaller than baseEjectionTime'
    : undefined;
}
