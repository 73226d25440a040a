import { z } from 'zod';
import { CANCELLED, ERROR, OK, REFUSED, TIMED_OUT } from '../../stack/result.ts';
import type { Kind } from '../../stack/result.ts';
import type { OwnDraws } from '../definition.ts';
import type { Ejector } from './ejector.ts';
import { ConsecutiveErrors, consecutiveErrors } from './ejection/consecutive-errors.ts';
import { envoyOutlierDetection } from './ejection/envoy-outlier-parameters.ts';
import {
  EXT_ORIGIN_REQUEST_SUCCESS,
  LOCAL_ORIGIN_CONNECT_FAILED,
  LOCAL_ORIGIN_TIMEOUT,
} from './ejection/envoy-outlier-types.ts';
import { EnvoyOutlierDetector } from './ejection/envoy-outlier.ts';
import { GrpcOutlierDetector, grpcOutlierDetection } from './ejection/grpc-outlier.ts';

/** `outlierDetection` of a load balancer: whose, and its parameters under that product's names. */
export const outlierDetectionSchema = z.discriminatedUnion('policy', [
  z.strictObject({ policy: z.literal('consecutiveErrors'), ...consecutiveErrors.parameters }),
  z.strictObject({ policy: z.literal('envoy'), ...envoyOutlierDetection.parameters }),
  z.strictObject({ policy: z.literal('grpc'), ...grpcOutlierDetection.parameters }),
]);

export type OutlierDetectionConfig = z.output<typeof outlierDetectionSchema>;

/** The ways to eject, for `describe`. */
export const OUTLIER_DETECTIONS = { consecutiveErrors, envoy: envoyOutlierDetection, grpc: grpcOutlierDetection };

/** What the detectors have in common beside how they take a result. */
interface Detector {
  readonly interval: number;
  addHost(host: number): void;
  removeHost(host: number): void;
  isEjected(host: number): boolean;
  condemns(host: number): boolean;
  sweep(now: number): void;
}

/** The detector that a configuration asks for, as the balancer uses it. */
export function buildEjector(config: OutlierDetectionConfig, hosts: number, draws: OwnDraws): Ejector {
  switch (config.policy) {
    case 'consecutiveErrors': {
      const detector = new ConsecutiveErrors(config, hosts, draws);
      return new Adapted(detector, (host, kind, now) => detector.onResult(host, isFailure(kind), now));
    }
    case 'envoy': {
      const detector = new EnvoyOutlierDetector(config, hosts, draws);
      const onCheck = (host: number, now: number): void => detector.onActiveHealthCheckSuccess(host, now);
      return new Adapted(detector, (host, kind, now) => detector.onResult(host, envoyResult(kind), now), onCheck);
    }
    case 'grpc': {
      const detector = new GrpcOutlierDetector(config, hosts, draws);
      return new Adapted(detector, (host, kind) => detector.onResult(host, kind === OK));
    }
  }
}

function isFailure(kind: Kind): boolean {
  return kind === ERROR || kind === REFUSED || kind === TIMED_OUT;
}

/** A result as Envoy reports it to its detector: a timeout and a refused connection are its own, the rest are statuses. */
function envoyResult(kind: Kind): number {
  if (kind === OK) return EXT_ORIGIN_REQUEST_SUCCESS;
  if (kind === TIMED_OUT) return LOCAL_ORIGIN_TIMEOUT;
  if (kind === REFUSED) return LOCAL_ORIGIN_CONNECT_FAILED;
  return kind === ERROR ? 500 : 429;
}

/** A detector, told of hosts that come and go and of results. */
class Adapted implements Ejector {
  readonly interval: number;
  private readonly detector: Detector;
  private readonly take: (host: number, kind: Kind, now: number) => void;
  private readonly onCheck: ((host: number, now: number) => void) | null;
  private readonly present = new Set<number>();

  constructor(
    detector: Detector,
    take: (host: number, kind: Kind, now: number) => void,
    onCheck: ((host: number, now: number) => void) | null = null,
  ) {
    this.detector = detector;
    this.onCheck = onCheck;
    this.interval = detector.interval;
    this.take = take;
  }

  hostsChanged(hosts: readonly number[]): void {
    const now = new Set(hosts);
    for (const host of this.present) if (!now.has(host)) this.detector.removeHost(host);
    for (const host of now) if (!this.present.has(host)) this.detector.addHost(host);
    this.present.clear();
    for (const host of now) this.present.add(host);
  }

  onResult(host: number, kind: Kind, now: number): void {
    if (kind !== CANCELLED && this.present.has(host)) this.take(host, kind, now);
  }

  sweep(now: number): void {
    this.detector.sweep(now);
  }

  isEjected(host: number): boolean {
    return this.detector.isEjected(host);
  }

  checkPassed(host: number, now: number): boolean {
    if (this.onCheck === null || !this.isEjected(host)) return false;
    this.onCheck(host, now);
    return !this.isEjected(host);
  }

  condemns(host: number): boolean {
    return this.detector.condemns(host);
  }
}
