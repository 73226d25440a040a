import { wholePercent } from '../policies/percent.ts';
import { OutlierThreshold, SuccessRates } from './success-rates.ts';

export interface SuccessRateRules {
  readonly successRateMinimumHosts: number;
  readonly successRateRequestVolume: number;
  /** In thousandths. */
  readonly successRateStdevFactor: number;
  /** A share of one. */
  readonly failurePercentageThreshold: number;
  readonly failurePercentageMinimumHosts: number;
  readonly failurePercentageRequestVolume: number;
}

/**
 * Envoy's judgement of success rates, over an interval that is over. Of the hosts with enough requests, if there are
 * enough of those: outliers are those below mean - factor * population standard deviation (strictly), and those whose
 * percentage of failures is at the threshold or above.
 *
 * Source: envoyproxy/envoy source/common/upstream/outlier_detection_impl.cc @00c7146d processSuccessRateEjections.
 */
export class EnvoySuccessRates {
  /** Outliers of the last judgement, in the order of hosts. */
  readonly lowSuccess: Int32Array;
  lowSuccessCount = 0;
  readonly highFailure: Int32Array;
  highFailureCount = 0;
  readonly outlier = new OutlierThreshold();
  /** Success rate of each host in the last interval, percent; -1 if it was not judged. */
  readonly rates: Float64Array;
  private readonly rules: SuccessRateRules;
  private readonly results: SuccessRates;
  private readonly judgedRates: Float64Array;
  private failuresJudged = false;

  constructor(rules: SuccessRateRules, capacity: number) {
    this.rules = rules;
    this.results = new SuccessRates(capacity);
    this.lowSuccess = new Int32Array(capacity);
    this.highFailure = new Int32Array(capacity);
    this.rates = new Float64Array(capacity).fill(-1);
    this.judgedRates = new Float64Array(capacity);
  }

  record(host: number, success: boolean): void {
    this.results.record(host, success);
  }

  forget(host: number): void {
    this.results.forget(host);
    this.rates[host] = -1;
  }

  /** Whether a host, judged or ejected, was below the outlier threshold of the last interval. */
  succeedsTooLittle(host: number): boolean {
    const { results, rules, outlier } = this;
    const volume = results.volume(host);
    if (outlier.mean < 0 || volume === 0 || volume < rules.successRateRequestVolume) return false;
    return (results.succeeded(host) * 100) / volume < outlier.threshold;
  }

  /** Whether a host, judged or ejected, failed too large a part of its requests in the last interval. */
  failsTooMuch(host: number): boolean {
    const { results, rules } = this;
    const volume = results.volume(host);
    if (!this.failuresJudged || volume === 0 || volume < rules.failurePercentageRequestVolume) return false;
    return 100 - (results.succeeded(host) * 100) / volume >= wholePercent(rules.failurePercentageThreshold);
  }

  /** The interval is over: finds its outliers among the hosts that `judged` lets in. @param hosts in the cluster */
  judge(hosts: number, judged: (host: number) => boolean): void {
    const { rules } = this;
    this.results.turn();
    this.rates.fill(-1);
    this.outlier.clear();
    this.lowSuccessCount = 0;
    this.highFailureCount = 0;
    this.failuresJudged = false;
    if (hosts < rules.successRateMinimumHosts && hosts < rules.failurePercentageMinimumHosts) return;
    const bySuccess = this.collect(this.lowSuccess, rules.successRateRequestVolume, judged);
    const byFailure = this.collect(this.highFailure, rules.failurePercentageRequestVolume, judged);
    if (bySuccess > 0 && bySuccess >= rules.successRateMinimumHosts) this.findLowSuccess(bySuccess);
    if (byFailure > 0 && byFailure >= rules.failurePercentageMinimumHosts) this.findHighFailure(byFailure);
  }

  /** The hosts that had so many requests; their rates are set. Returns how many. */
  private collect(into: Int32Array, volume: number, judged: (host: number) => boolean): number {
    let count = 0;
    for (let host = 0; host < into.length; host++) {
      const requests = this.results.volume(host);
      if (requests === 0 || requests < volume || !judged(host)) continue;
      this.rates[host] = (this.results.succeeded(host) * 100) / requests;
      into[count++] = host;
    }
    return count;
  }

  private findLowSuccess(candidates: number): void {
    const { lowSuccess, rates, judgedRates, outlier } = this;
    for (let i = 0; i < candidates; i++) judgedRates[i] = rates[lowSuccess[i]];
    outlier.update(judgedRates, candidates, this.rules.successRateStdevFactor / 1000);
    for (let i = 0; i < candidates; i++) {
      if (judgedRates[i] < outlier.threshold) lowSuccess[this.lowSuccessCount++] = lowSuccess[i];
    }
  }

  private findHighFailure(candidates: number): void {
    const { highFailure, rates } = this;
    this.failuresJudged = true;
    const threshold = wholePercent(this.rules.failurePercentageThreshold);
    for (let i = 0; i < candidates; i++) {
      if (100 - rates[highFailure[i]] >= threshold) highFailure[this.highFailureCount++] = highFailure[i];
    }
  }
}
