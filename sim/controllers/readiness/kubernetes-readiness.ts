import { SECOND } from '../../kernel/time.ts';
import { PROBE_PARAMETERS } from '../shared/probe-parameters.ts';
import { integer } from '../parameters.ts';
import type { ConfigOf } from '../shared/product.ts';
import { describeProduct } from '../shared/product.ts';

const SOURCE = 'Kubernetes pod.spec.containers.readinessProbe';

export const kubernetesReadiness = describeProduct({
  name: 'kubernetes',
  product: 'Kubernetes',
  about: 'Probes every instance each period; a run of results of one kind changes its readiness.',
  parameters: {
    initialDelaySeconds: integer({
      about: 'Seconds after its start during which an instance is not probed.',
      source: `${SOURCE} initialDelaySeconds`,
      default: 0,
    }),
    periodSeconds: integer({
      about: 'Seconds between probes.',
      source: `${SOURCE} periodSeconds`,
      default: 10,
      min: 1,
    }),
    timeoutSeconds: integer({
      about: 'Seconds without an answer after which a probe has failed.',
      source: `${SOURCE} timeoutSeconds`,
      default: 1,
      min: 1,
    }),
    successThreshold: integer({
      about: 'Successes in a row that make an instance ready.',
      source: `${SOURCE} successThreshold`,
      default: 1,
      min: 1,
    }),
    failureThreshold: integer({
      about: 'Failures in a row that make it not ready.',
      source: `${SOURCE} failureThreshold`,
      default: 3,
      min: 1,
    }),
    ...PROBE_PARAMETERS,
  },
  sources: ['kubernetes/kubernetes pkg/kubelet/prober/worker.go', 'kubernetes/kubernetes pkg/apis/core/v1/defaults.go'],
  knownToGetWrong: [
    'A failure shows only after (failureThreshold - 1) to failureThreshold periods and the timeout; then it has yet to spread.',
    'A probe that fails on a busy instance takes it out, and its load goes to the others: readiness can cascade.',
    'If all instances are not ready, none gets traffic: there is no panic mode.',
    'An instance that is removed is refused from at once, while callers still send to it until the removal has spread.',
    'Here the end of a container shows as failing probes alone, where a kubelet takes notice within about a second.',
  ],
});

export type KubernetesReadinessConfig = ConfigOf<typeof kubernetesReadiness>;

/**
 * A kubelet's readiness probe as a state machine: not ready from its start until `successThreshold` successes in a row,
 * then until `failureThreshold` failures in a row. Results below their threshold leave it as it is. What endpoints and
 * proxies make of a change, and when, is up to discovery.
 */
export class KubernetesReadiness {
  /** Nanoseconds between probes, and after which a probe has failed. */
  readonly period: number;
  readonly timeout: number;
  private readonly config: KubernetesReadinessConfig;
  private readonly startedAt: Float64Array;
  private readonly readiness: Uint8Array;
  private readonly lastPassed: Uint8Array;
  private readonly runs: Int32Array;

  constructor(config: KubernetesReadinessConfig, capacity: number) {
    this.period = config.periodSeconds * SECOND;
    this.timeout = config.timeoutSeconds * SECOND;
    this.config = config;
    this.startedAt = new Float64Array(capacity);
    this.readiness = new Uint8Array(capacity);
    this.lastPassed = new Uint8Array(capacity);
    this.runs = new Int32Array(capacity);
  }

  /** An instance has started (anew): it is not ready. */
  started(host: number, now: number): void {
    this.startedAt[host] = now;
    this.readiness[host] = 0;
    this.runs[host] = 0;
  }

  /** An instance that has long been there is ready. */
  assumeReady(host: number): void {
    this.startedAt[host] = -Infinity;
    this.readiness[host] = 1;
  }

  ready(host: number): boolean {
    return this.readiness[host] === 1;
  }

  /** Whether a tick of the period probes the instance: not before the initial delay, counted in whole seconds. */
  probes(host: number, now: number): boolean {
    return Math.floor((now - this.startedAt[host]) / SECOND) >= this.config.initialDelaySeconds;
  }

  /** A probe passed, or failed (or had no answer within the timeout). Returns whether readiness changed. */
  onResult(host: number, passed: boolean): boolean {
    const result = passed ? 1 : 0;
    if (this.runs[host] === 0 || this.lastPassed[host] !== result) {
      this.lastPassed[host] = result;
      this.runs[host] = 0;
    }
    this.runs[host]++;
    if (this.runs[host] < (passed ? this.config.successThreshold : this.config.failureThreshold)) return false;
    const changed = this.readiness[host] !== result;
    this.readiness[host] = result;
    return changed;
  }
}
