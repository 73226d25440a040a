import { duration, flag, number } from '../../parameters.ts';
import type { ConfigOf } from '../../shared/product.ts';
import { describeProduct } from '../../shared/product.ts';
import { StaticStride } from './static-stride.ts';

const SOURCE = 'gRFC A58 WeightedRoundRobinLbConfig';

export const grpcWeightedRoundRobin = describeProduct({
  name: 'grpcWeightedRoundRobin',
  product: 'gRPC',
  about: 'Round robin by weights that the hosts report: requests a second for each unit of utilization.',
  parameters: {
    enableOobLoadReport: flag({
      about: 'Whether reports come at intervals of their own instead of with each answer.',
      source: `${SOURCE} enable_oob_load_report`,
      default: false,
    }),
    oobReportingPeriod: duration({
      about: 'The interval of reports that do not come with answers.',
      source: `${SOURCE} oob_reporting_period`,
      default: '10s',
    }),
    blackoutPeriod: duration({
      about: 'How long a host must have reported before its weight is used.',
      source: `${SOURCE} blackout_period`,
      default: '10s',
    }),
    weightExpirationPeriod: duration({
      about: 'Age of a report from which on its weight is not used; then the blackout begins anew.',
      source: `${SOURCE} weight_expiration_period`,
      default: '3m',
    }),
    weightUpdatePeriod: duration({
      about: 'How often the schedule takes up the latest weights.',
      source: `${SOURCE} weight_update_period`,
      default: '1s',
      min: '100ms',
    }),
    errorUtilizationPenalty: number({
      about: 'How much utilization one failure a request counts for.',
      source: `${SOURCE} error_utilization_penalty`,
      default: 1,
      min: 0,
    }),
  },
  sources: [
    'grpc/proposal A58-client-side-weighted-round-robin-lb-policy.md',
    'grpc/grpc-go balancer/weightedroundrobin/balancer.go @4793ad047',
  ],
  knownToGetWrong: [
    'A host that serves cheap requests looks faster than it is: the weight is past work over past utilization.',
    'A queue does not show in utilization, so an overloaded host keeps its weight.',
    'Weights are as late as the report, the blackout and the update period together.',
    'A weight below 1 / 131070 of the largest rounds to nothing: that host gets no requests.',
  ],
});

export type GrpcWeightedRoundRobinConfig = Pick<
  ConfigOf<typeof grpcWeightedRoundRobin>,
  'blackoutPeriod' | 'weightExpirationPeriod' | 'errorUtilizationPenalty'
>;

const NEVER_REPORTED = -Infinity;

/**
 * gRPC's client-side weighted round robin (A58). A report gives weight = qps / (utilization + eps / qps * penalty). It
 * is not usable (0) until the host has reported for `blackoutPeriod`, and again from `weightExpirationPeriod` after its
 * last report on. The schedule (`StaticStride`) takes up weights only at `update`, every `weightUpdatePeriod`.
 */
export class GrpcWeightedRoundRobin {
  private readonly config: GrpcWeightedRoundRobinConfig;
  private readonly reported: Float64Array;
  private readonly nonEmptySince: Float64Array;
  private readonly lastReportAt: Float64Array;
  private readonly hosts: Int32Array;
  private readonly weights: Float64Array;
  private readonly schedule: StaticStride;

  /** @param capacity hosts are 0 … capacity - 1; @param sequence where the schedule begins, a draw of 0 … 2^32 - 1 */
  constructor(config: GrpcWeightedRoundRobinConfig, capacity: number, sequence: number) {
    this.config = config;
    this.reported = new Float64Array(capacity);
    this.nonEmptySince = new Float64Array(capacity).fill(NEVER_REPORTED);
    this.lastReportAt = new Float64Array(capacity).fill(NEVER_REPORTED);
    this.hosts = new Int32Array(capacity);
    this.weights = new Float64Array(capacity);
    this.schedule = new StaticStride(capacity, sequence);
  }

  /** The connection to a host has become ready (anew): its reports are forgotten. */
  ready(host: number): void {
    this.nonEmptySince[host] = NEVER_REPORTED;
    this.lastReportAt[host] = NEVER_REPORTED;
  }

  /**
   * A host reports requests a second, utilization (of the application, or if that is 0 of the processor) and failures
   * a second. One without requests or without utilization is ignored.
   */
  report(
    host: number,
    now: number,
    qps: number,
    applicationUtilization: number,
    cpuUtilization: number,
    eps: number,
  ): void {
    const utilization = applicationUtilization > 0 ? applicationUtilization : cpuUtilization;
    if (!(utilization > 0) || !(qps > 0)) return;
    this.reported[host] = qps / (utilization + (eps / qps) * this.config.errorUtilizationPenalty);
    this.lastReportAt[host] = now;
    if (this.nonEmptySince[host] === NEVER_REPORTED) this.nonEmptySince[host] = now;
  }

  /** The weight of a host as of now; 0 if it is not usable. Finding it expired starts the blackout anew. */
  weight(host: number, now: number): number {
    if (this.lastReportAt[host] === NEVER_REPORTED) return 0;
    if (now - this.lastReportAt[host] >= this.config.weightExpirationPeriod) {
      this.nonEmptySince[host] = NEVER_REPORTED;
      return 0;
    }
    const blackout = this.config.blackoutPeriod;
    const since = this.nonEmptySince[host];
    if (blackout > 0 && (since === NEVER_REPORTED || now - since < blackout)) return 0;
    return this.reported[host];
  }

  /** Takes up the weights of the hosts that are ready, `hosts[0 … count)`. */
  update(now: number, hosts: ArrayLike<number>, count: number): void {
    for (let i = 0; i < count; i++) {
      this.hosts[i] = hosts[i];
      this.weights[i] = this.weight(hosts[i], now);
    }
    this.schedule.update(this.weights, count);
  }

  /** The host for the next request; -1 if there is none. */
  pick(): number {
    const index = this.schedule.next();
    return index < 0 ? -1 : this.hosts[index];
  }
}
