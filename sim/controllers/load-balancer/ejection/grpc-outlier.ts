import type { OwnDraws } from '../../definition.ts';
import { duration, flag, integer, share } from '../../parameters.ts';
import { wholePercent } from '../policies/percent.ts';
import type { ConfigOf } from '../../shared/product.ts';
import { describeProduct } from '../../shared/product.ts';
import { OutlierThreshold, SuccessRates } from './success-rates.ts';

const SOURCE = 'gRFC A50 OutlierDetectionLoadBalancingConfig';

export const grpcOutlierDetection = describeProduct({
  name: 'grpc',
  product: 'gRPC',
  about: 'Ejects endpoints whose success rate or failure percentage of an interval makes them outliers.',
  parameters: {
    interval: duration({
      about: 'Time between sweeps: everything is decided only then.',
      source: `${SOURCE} interval`,
      default: '10s',
      min: '1ms',
    }),
    baseEjectionTime: duration({
      about: 'Multiplied by the number of ejections that an endpoint has not yet worked off.',
      source: `${SOURCE} baseEjectionTime`,
      default: '30s',
    }),
    maxEjectionTime: duration({
      about: 'The longest ejection, unless baseEjectionTime is longer.',
      source: `${SOURCE} maxEjectionTime`,
      default: '300s',
    }),
    maxEjectionPercent: share({
      about: 'Share of ejected endpoints at which no further one is ejected.',
      source: `${SOURCE} maxEjectionPercent`,
      default: '10%',
    }),
    successRateEjection: flag({
      about: 'Whether endpoints far below the mean success rate are ejected.',
      source: 'gRFC A50: on where it comes from xDS with Envoy defaults',
      default: true,
    }),
    successRateStdevFactor: integer({
      about: 'In thousandths: how many standard deviations below the mean an outlier is.',
      source: `${SOURCE} successRateEjection.stdevFactor`,
      default: 1900,
    }),
    successRateEnforcementPercentage: share({
      about: 'Chance that an endpoint so found is ejected.',
      source: `${SOURCE} successRateEjection.enforcementPercentage`,
      default: '100%',
    }),
    successRateMinimumHosts: integer({
      about: 'Endpoints with enough requests needed to judge.',
      source: `${SOURCE} successRateEjection.minimumHosts`,
      default: 5,
    }),
    successRateRequestVolume: integer({
      about: 'Requests in an interval that are enough to judge an endpoint.',
      source: `${SOURCE} successRateEjection.requestVolume`,
      default: 100,
    }),
    failurePercentageEjection: flag({
      about: 'Whether endpoints above a percentage of failures are ejected.',
      source: 'gRFC A50: off where it comes from xDS with Envoy defaults',
      default: false,
    }),
    failurePercentageThreshold: share({
      about: 'Share of failures above which (strictly) an endpoint is ejected.',
      source: `${SOURCE} failurePercentageEjection.threshold`,
      default: '85%',
    }),
    failurePercentageEnforcementPercentage: share({
      about: 'Chance that an endpoint so found is ejected.',
      source: `${SOURCE} failurePercentageEjection.enforcementPercentage`,
      default: '100%',
    }),
    failurePercentageMinimumHosts: integer({
      about: 'Endpoints with enough requests needed to judge.',
      source: `${SOURCE} failurePercentageEjection.minimumHosts`,
      default: 5,
    }),
    failurePercentageRequestVolume: integer({
      about: 'Requests in an interval that are enough to judge an endpoint.',
      source: `${SOURCE} failurePercentageEjection.requestVolume`,
      default: 50,
    }),
  },
  sources: [
    'grpc/proposal A50-xds-outlier-detection.md',
    'grpc/grpc-go internal/xds/balancer/outlierdetection/balancer.go @4793ad047',
  ],
  knownToGetWrong: [
    'No count of consecutive failures: a dead endpoint is ejected only at the end of the interval.',
    'The share of ejected endpoints is checked before each ejection, so one endpoint can always go, and the share may exceed maxEjectionPercent.',
    'An ejected endpoint with late results is judged again and its ejection prolonged; grpc-go then also counts it twice, here it counts once.',
    'Each client detects on its own, from its own few requests.',
  ],
});

export type GrpcOutlierConfig = ConfigOf<typeof grpcOutlierDetection>;

/**
 * gRPC's outlier detection (A50). Every interval: outliers by success rate (below mean - factor * population standard
 * deviation), then by failure percentage (strictly above the threshold) are ejected, each only while the share of
 * ejected endpoints is below its maximum. Then the multiplier of every endpoint that is not ejected falls by one, and
 * those come back whose time, min(base * multiplier, max(base, max)) from the sweep that ejected them, is exceeded.
 */
export class GrpcOutlierDetector {
  /** Nanoseconds between sweeps. */
  readonly interval: number;
  /** Endpoints ejected now. */
  ejections = 0;
  /** Outliers that were not ejected: by the enforcement percentage, or (also in `overflow`) for want of room. */
  unenforced = 0;
  overflow = 0;
  private readonly config: GrpcOutlierConfig;
  private readonly draws: OwnDraws;
  private readonly capacity: number;
  private readonly maxPercent: number;
  private readonly results: SuccessRates;
  private readonly outlier = new OutlierThreshold();
  private failuresJudged = false;
  private readonly present: Uint8Array;
  private hosts = 0;
  private readonly ejected: Uint8Array;
  private readonly ejectedAt: Float64Array;
  private readonly multipliers: Int32Array;
  private readonly attempts: Int32Array;
  private readonly judged: Int32Array;
  private readonly rates: Float64Array;

  /** @param capacity hosts are 0 … capacity - 1, none of them there at first */
  constructor(config: GrpcOutlierConfig, capacity: number, draws: OwnDraws) {
    this.interval = config.interval;
    this.config = config;
    this.draws = draws;
    this.capacity = capacity;
    this.maxPercent = wholePercent(config.maxEjectionPercent);
    this.results = new SuccessRates(capacity);
    this.present = new Uint8Array(capacity);
    this.ejected = new Uint8Array(capacity);
    this.ejectedAt = new Float64Array(capacity);
    this.multipliers = new Int32Array(capacity);
    this.attempts = new Int32Array(capacity);
    this.judged = new Int32Array(capacity);
    this.rates = new Float64Array(capacity);
  }

  /** An endpoint joins with no history. */
  addHost(host: number): void {
    if (this.present[host] === 1) return;
    this.present[host] = 1;
    this.hosts++;
    this.multipliers[host] = 0;
    this.results.forget(host);
  }

  /** An endpoint leaves. If it was ejected, its place is free again. */
  removeHost(host: number): void {
    if (this.present[host] === 0) return;
    this.present[host] = 0;
    this.hosts--;
    if (this.ejected[host] === 1) this.ejections--;
    this.ejected[host] = 0;
    this.results.forget(host);
  }

  isEjected(host: number): boolean {
    return this.ejected[host] === 1;
  }

  /** Whether the last interval made a host an outlier, ejected or not, and room and chance apart. */
  condemns(host: number): boolean {
    const { config, results, outlier } = this;
    const volume = results.volume(host);
    if (volume === 0 || this.present[host] === 0) return false;
    const bySuccess = config.successRateEnforcementPercentage > 0 && outlier.mean >= 0;
    if (bySuccess && volume >= config.successRateRequestVolume) {
      if (results.succeeded(host) / volume < outlier.threshold) return true;
    }
    const byFailure = config.failurePercentageEnforcementPercentage > 0 && this.failuresJudged;
    return byFailure && volume >= config.failurePercentageRequestVolume && this.failsTooMuch(host);
  }

  /** By how much the base ejection time of a host is multiplied now. */
  ejectionMultiplier(host: number): number {
    return this.multipliers[host];
  }

  /** A request to a host ended. */
  onResult(host: number, success: boolean): void {
    if (this.present[host] === 1) this.results.record(host, success);
  }

  /** Judges the interval that is over: to be called every `interval`. O(hosts). */
  sweep(now: number): void {
    this.results.turn();
    this.outlier.clear();
    this.failuresJudged = false;
    if (this.config.successRateEjection) this.ejectBySuccessRate(now);
    if (this.config.failurePercentageEjection) this.ejectByFailurePercentage(now);
    for (let host = 0; host < this.capacity; host++) {
      if (this.isEjected(host)) this.returnIfOver(host, now);
      else if (this.multipliers[host] > 0) this.multipliers[host]--;
    }
  }

  private ejectBySuccessRate(now: number): void {
    const { config, outlier, rates, judged } = this;
    const count = this.collect(config.successRateRequestVolume);
    if (count === 0 || count < config.successRateMinimumHosts) return;
    outlier.update(rates, count, config.successRateStdevFactor / 1000);
    for (let i = 0; i < count; i++) {
      if (rates[i] < outlier.threshold) this.detect(judged[i], config.successRateEnforcementPercentage, now);
    }
  }

  private ejectByFailurePercentage(now: number): void {
    const { config, judged } = this;
    const count = this.collect(config.failurePercentageRequestVolume);
    if (count < config.failurePercentageMinimumHosts) return;
    this.failuresJudged = true;
    for (let i = 0; i < count; i++) {
      if (this.failsTooMuch(judged[i])) this.detect(judged[i], config.failurePercentageEnforcementPercentage, now);
    }
  }

  private failsTooMuch(host: number): boolean {
    const volume = this.results.volume(host);
    const failed = ((volume - this.results.succeeded(host)) / volume) * 100;
    return failed > wholePercent(this.config.failurePercentageThreshold);
  }

  /** The hosts that had so many requests, and their success rates. Returns how many. */
  private collect(volume: number): number {
    let count = 0;
    for (let host = 0; host < this.capacity; host++) {
      const requests = this.results.volume(host);
      if (this.present[host] === 0 || requests === 0 || requests < volume) continue;
      this.rates[count] = this.results.succeeded(host) / requests;
      this.judged[count++] = host;
    }
    return count;
  }

  private detect(host: number, enforcement: number, now: number): void {
    if ((this.ejections / this.hosts) * 100 >= this.maxPercent) {
      this.overflow++;
      this.unenforced++;
      return;
    }
    // Draws are keyed by the host and its own detections, so that one host's trouble shifts no other's draw.
    const draw = this.draws.uniform(this.attempts[host]++ * this.capacity + host);
    if (Math.floor(draw * 100) < wholePercent(enforcement)) this.eject(host, now);
    else this.unenforced++;
  }

  private eject(host: number, now: number): void {
    if (this.ejected[host] === 0) this.ejections++;
    this.ejected[host] = 1;
    this.ejectedAt[host] = now;
    this.multipliers[host]++;
  }

  private returnIfOver(host: number, now: number): void {
    const { baseEjectionTime, maxEjectionTime } = this.config;
    const time = Math.min(baseEjectionTime * this.multipliers[host], Math.max(baseEjectionTime, maxEjectionTime));
    if (now <= this.ejectedAt[host] + time) return;
    this.ejected[host] = 0;
    this.ejections--;
  }
}
