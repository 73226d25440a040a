import { MILLISECOND } from '../../../kernel/time.ts';
import type { OwnDraws } from '../../definition.ts';
import { wholePercent } from '../policies/percent.ts';
import { ConsecutiveFailures } from './consecutive-failures.ts';
import { EnvoyEjections, roomForOne } from './envoy-ejections.ts';
import type { EnvoyOutlierConfig } from './envoy-outlier-parameters.ts';
import { checkEjectionTimes, longestEjection } from './envoy-outlier-parameters.ts';
import type { Origin } from './envoy-outlier-types.ts';
import {
  CONSECUTIVE_5XX,
  CONSECUTIVE_GATEWAY_FAILURE,
  CONSECUTIVE_LOCAL_ORIGIN_FAILURE,
  EJECTION_TYPES,
  EXT_ORIGIN_REQUEST_FAILED,
  EXT_ORIGIN_REQUEST_SUCCESS,
  EXTERNAL_ORIGIN,
  FAILURE_PERCENTAGE,
  FAILURE_PERCENTAGE_LOCAL_ORIGIN,
  LOCAL_ORIGIN,
  LOCAL_ORIGIN_CONNECT_FAILED,
  LOCAL_ORIGIN_CONNECT_SUCCESS,
  LOCAL_ORIGIN_TIMEOUT,
  statusOf,
  SUCCESS_RATE,
  SUCCESS_RATE_LOCAL_ORIGIN,
} from './envoy-outlier-types.ts';
import { EnvoySuccessRates } from './envoy-success-rates.ts';

/**
 * Envoy's outlier detection. Errors in a row are counted as they come (O(1) a result) and eject at once; success rates
 * are judged at sweeps, over the interval that is over. An ejected host goes on being counted, but a counter past its
 * threshold does not fire again until the host is back and the counter reset.
 */
export class EnvoyOutlierDetector {
  /** Nanoseconds between sweeps. */
  readonly interval: number;
  /** How often each kind (`EJECTION_TYPES`) was detected, and ejected a host. */
  readonly detected = new Int32Array(EJECTION_TYPES.length);
  readonly enforced = new Int32Array(EJECTION_TYPES.length);
  /** Detections that found no room under the maximum share of ejected hosts. */
  overflow = 0;
  private readonly config: EnvoyOutlierConfig;
  private readonly draws: OwnDraws;
  private readonly capacity: number;
  private readonly enforcing: Int32Array;
  private readonly ejected: EnvoyEjections;
  private readonly present: Uint8Array;
  private hosts = 0;
  private readonly serverErrors: ConsecutiveFailures;
  private readonly gatewayFailures: ConsecutiveFailures;
  private readonly localFailures: ConsecutiveFailures;
  /** By origin. */
  private readonly results: readonly [EnvoySuccessRates, EnvoySuccessRates];
  private readonly attempts: Int32Array;
  private readonly isInRotation = (host: number): boolean => this.present[host] === 1 && !this.isEjected(host);

  /** @param capacity hosts are 0 … capacity - 1, none of them there at first; @throws if the config is invalid */
  constructor(config: EnvoyOutlierConfig, capacity: number, draws: OwnDraws) {
    const wrong = checkEjectionTimes(config);
    if (wrong !== undefined) throw new RangeError(wrong);
    this.interval = config.interval;
    this.config = config;
    this.draws = draws;
    this.capacity = capacity;
    this.enforcing = Int32Array.from(enforcingShares(config), wholePercent);
    this.ejected = new EnvoyEjections({ ...config, maxEjectionTime: longestEjection(config) }, capacity);
    this.present = new Uint8Array(capacity);
    this.serverErrors = new ConsecutiveFailures(config.consecutive5xx, capacity);
    this.gatewayFailures = new ConsecutiveFailures(config.consecutiveGatewayFailure, capacity);
    this.localFailures = new ConsecutiveFailures(config.consecutiveLocalOriginFailure, capacity);
    this.results = [new EnvoySuccessRates(config, capacity), new EnvoySuccessRates(config, capacity)];
    this.attempts = new Int32Array(capacity);
  }

  /** Hosts ejected now. */
  get ejections(): number {
    return this.ejected.active;
  }

  /** A host joins with no history. */
  addHost(host: number): void {
    if (this.present[host] === 1) return;
    this.present[host] = 1;
    this.hosts++;
    this.ejected.forget(host);
    this.serverErrors.succeeded(host);
    this.gatewayFailures.succeeded(host);
    this.localFailures.succeeded(host);
    this.results[EXTERNAL_ORIGIN].forget(host);
    this.results[LOCAL_ORIGIN].forget(host);
  }

  /** A host leaves. If it was ejected, its place is free again. */
  removeHost(host: number): void {
    if (this.present[host] === 0) return;
    this.present[host] = 0;
    this.hosts--;
    this.ejected.forget(host);
  }

  isEjected(host: number): boolean {
    return this.ejected.has(host);
  }

  /** Whether what it sees of a host now would eject it, whether it has done so or not, and room and chance apart. */
  condemns(host: number): boolean {
    const { enforcing, results } = this;
    return (
      (enforcing[CONSECUTIVE_5XX] > 0 && this.serverErrors.holds(host)) ||
      (enforcing[CONSECUTIVE_GATEWAY_FAILURE] > 0 && this.gatewayFailures.holds(host)) ||
      (enforcing[CONSECUTIVE_LOCAL_ORIGIN_FAILURE] > 0 && this.localFailures.holds(host)) ||
      (enforcing[SUCCESS_RATE] > 0 && results[EXTERNAL_ORIGIN].succeedsTooLittle(host)) ||
      (enforcing[SUCCESS_RATE_LOCAL_ORIGIN] > 0 && results[LOCAL_ORIGIN].succeedsTooLittle(host)) ||
      (enforcing[FAILURE_PERCENTAGE] > 0 && results[EXTERNAL_ORIGIN].failsTooMuch(host)) ||
      (enforcing[FAILURE_PERCENTAGE_LOCAL_ORIGIN] > 0 && results[LOCAL_ORIGIN].failsTooMuch(host))
    );
  }

  /** How often a host was ejected since it joined. */
  ejectionCount(host: number): number {
    return this.ejected.count(host);
  }

  /** By how much the base ejection time of a host is multiplied now. */
  ejectionMultiplier(host: number): number {
    return this.ejected.multiplier(host);
  }

  /** Success rate of a host in the last interval, percent; -1 if it had too few requests or was ejected. */
  successRate(host: number, origin: Origin): number {
    return this.results[origin].rates[host];
  }

  /** Mean success rate of the last interval, and below which a host was an outlier; -1 if not judged. */
  successRateAverage(origin: Origin): number {
    return this.results[origin].outlier.mean;
  }

  successRateThreshold(origin: Origin): number {
    return this.results[origin].outlier.threshold;
  }

  /**
   * A request to a host ended, by a status or by one of the results above. Unless local errors are split off, these
   * become statuses, and a `code` that is passed along with one is taken instead (0: none).
   */
  onResult(host: number, result: number, now: number, code = 0): void {
    if (this.present[host] === 0) return;
    if (result >= 100) this.onStatus(host, result, now);
    else if (this.config.splitExternalLocalOriginErrors) this.onSplitResult(host, result, now);
    else if (code > 0) this.onStatus(host, code, now);
    else if (result !== LOCAL_ORIGIN_CONNECT_SUCCESS) this.onStatus(host, statusOf(result), now);
  }

  /** A host passed an active health check, and no longer fails any. */
  onActiveHealthCheckSuccess(host: number, now: number): void {
    if (this.config.successfulActiveHealthCheckUnejectHost && this.isEjected(host)) this.uneject(host, now);
  }

  /** Judges the interval that is over: to be called every `interval`. O(hosts). */
  sweep(now: number): void {
    for (let host = 0; host < this.capacity; host++) {
      if (this.isEjected(host) && this.ejected.isOver(host, now)) this.uneject(host, now);
    }
    this.judge(EXTERNAL_ORIGIN, now);
    this.judge(LOCAL_ORIGIN, now);
    for (let host = 0; host < this.capacity; host++) {
      if (this.isInRotation(host)) this.ejected.decay(host, now);
    }
  }

  private onStatus(host: number, status: number, now: number): void {
    const failed = status >= 500 && status < 600;
    this.results[EXTERNAL_ORIGIN].record(host, !failed);
    if (!failed) {
      this.serverErrors.succeeded(host);
      this.gatewayFailures.succeeded(host);
      return;
    }
    if (status < 502 || status > 504) this.gatewayFailures.succeeded(host);
    else this.onFailure(host, CONSECUTIVE_GATEWAY_FAILURE, this.gatewayFailures, now);
    this.onFailure(host, CONSECUTIVE_5XX, this.serverErrors, now);
  }

  private onSplitResult(host: number, result: number, now: number): void {
    if (result === EXT_ORIGIN_REQUEST_FAILED) {
      this.onStatus(host, 503, now);
    } else if (result === LOCAL_ORIGIN_TIMEOUT || result === LOCAL_ORIGIN_CONNECT_FAILED) {
      this.results[LOCAL_ORIGIN].record(host, false);
      this.onFailure(host, CONSECUTIVE_LOCAL_ORIGIN_FAILURE, this.localFailures, now);
    } else {
      if (result === EXT_ORIGIN_REQUEST_SUCCESS) this.onStatus(host, 200, now);
      this.results[LOCAL_ORIGIN].record(host, true);
      this.localFailures.succeeded(host);
    }
  }

  /** The count of a host that is ejected already is left past its threshold, where it cannot fire again. */
  private onFailure(host: number, type: number, failures: ConsecutiveFailures, now: number): void {
    if (!failures.failed(host) || this.isEjected(host)) return;
    this.detect(host, type, now);
    failures.restart(host);
  }

  private detect(host: number, type: number, now: number): void {
    this.detected[type]++;
    if (!roomForOne(this.config, this.ejected.active, this.hosts)) {
      this.overflow++;
      return;
    }
    // Draws are keyed by the host and its own detections, so that one host's trouble shifts no other's draw.
    const draw = 2 * (this.attempts[host]++ * this.capacity + host);
    if (this.isEjected(host) || !this.isEnforced(type, draw)) return;
    this.enforced[type]++;
    this.ejected.eject(host, now, this.jitter(draw + 1));
  }

  private isEnforced(type: number, draw: number): boolean {
    const percent = this.enforcing[type];
    return percent >= 100 || (percent > 0 && Math.floor(this.draws.uniform(draw) * 100) < percent);
  }

  private jitter(draw: number): number {
    const most = Math.floor(this.config.maxEjectionTimeJitter / MILLISECOND);
    return most > 0 ? Math.floor(this.draws.uniform(draw) * (most + 1)) * MILLISECOND : 0;
  }

  private uneject(host: number, now: number): void {
    this.ejected.return(host, now);
    this.serverErrors.restart(host);
    this.gatewayFailures.restart(host);
    this.localFailures.restart(host);
  }

  /** Success rates and failure percentages of one origin. Who is an outlier is settled before anyone is ejected. */
  private judge(origin: Origin, now: number): void {
    const results = this.results[origin];
    results.judge(this.hosts, this.isInRotation);
    const bySuccess = origin === EXTERNAL_ORIGIN ? SUCCESS_RATE : SUCCESS_RATE_LOCAL_ORIGIN;
    for (let i = 0; i < results.lowSuccessCount; i++) this.detect(results.lowSuccess[i], bySuccess, now);
    const byFailure = origin === EXTERNAL_ORIGIN ? FAILURE_PERCENTAGE : FAILURE_PERCENTAGE_LOCAL_ORIGIN;
    for (let i = 0; i < results.highFailureCount; i++) this.detect(results.highFailure[i], byFailure, now);
  }
}

/** In the order of `EJECTION_TYPES`. */
function enforcingShares(config: EnvoyOutlierConfig): readonly number[] {
  return [
    config.enforcingConsecutive5xx,
    config.enforcingConsecutiveGatewayFailure,
    config.enforcingSuccessRate,
    config.enforcingConsecutiveLocalOriginFailure,
    config.enforcingLocalOriginSuccessRate,
    config.enforcingFailurePercentage,
    config.enforcingFailurePercentageLocalOrigin,
  ];
}
