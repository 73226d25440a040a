import { z } from 'zod';
import type { OwnDraws } from '../../definition.ts';
import { duration, integer, share } from '../../parameters.ts';
import type { ConfigOf } from '../../shared/product.ts';
import { describeProduct } from '../../shared/product.ts';
import { EnvoyOutlierDetector } from './envoy-outlier.ts';
import { envoyOutlierDetection } from './envoy-outlier-parameters.ts';

const SOURCE = 'overcontrol, after Envoy';

export const consecutiveErrors = describeProduct({
  name: 'consecutiveErrors',
  about: 'Ejects a host after so many errors in a row, each time for longer.',
  parameters: {
    consecutiveErrors: integer({ about: 'Errors in a row that eject a host.', source: SOURCE, default: 5, min: 1 }),
    interval: duration({
      about: 'Time between sweeps: hosts come back only then.',
      source: SOURCE,
      default: '10s',
      min: '1ms',
    }),
    baseEjectionTime: duration({
      about: 'How long the first ejection of a host lasts; each further one lasts this much longer.',
      source: SOURCE,
      default: '30s',
    }),
    maxEjectionPercent: share({
      about: 'Share of ejected hosts from which on no further one is ejected; the first host may always be.',
      source: SOURCE,
      default: '10%',
    }),
  },
  sources: ['envoyproxy/envoy source/common/upstream/outlier_detection_impl.cc @00c7146d'],
  knownToGetWrong: [
    'Ejecting hosts moves their load to the others, which may then fail for having too much of it.',
    'A host that fails a share of its requests is ejected only when enough of them come in a row.',
    'A host comes back at a sweep only, so its time out is rounded up to the interval.',
  ],
});

export type ConsecutiveErrorsConfig = ConfigOf<typeof consecutiveErrors>;

/**
 * A plain ejector: Envoy's outlier detection with nothing but its count of consecutive errors, whatever these are, and
 * with the rule that one host may always be ejected. Ejections grow with each, and the growth decays, as Envoy's do.
 */
export class ConsecutiveErrors {
  private readonly detector: EnvoyOutlierDetector;

  /** @param capacity hosts are 0 … capacity - 1, none of them there at first */
  constructor(config: ConsecutiveErrorsConfig, capacity: number, draws: OwnDraws) {
    this.detector = new EnvoyOutlierDetector(
      z.object(envoyOutlierDetection.parameters).parse({
        consecutive5xx: config.consecutiveErrors,
        enforcingSuccessRate: 0,
        maxEjectionPercent: config.maxEjectionPercent,
        ejectionPercentRule: 'firstHostAlways',
        interval: `${config.interval}ns`,
        baseEjectionTime: `${config.baseEjectionTime}ns`,
      }),
      capacity,
      draws,
    );
  }

  get interval(): number {
    return this.detector.interval;
  }

  get ejections(): number {
    return this.detector.ejections;
  }

  /** Detections that found no room under `maxEjectionPercent`. */
  get overflow(): number {
    return this.detector.overflow;
  }

  addHost(host: number): void {
    this.detector.addHost(host);
  }

  removeHost(host: number): void {
    this.detector.removeHost(host);
  }

  isEjected(host: number): boolean {
    return this.detector.isEjected(host);
  }

  /** Whether a host has failed so many requests in a row, ejected or not. */
  condemns(host: number): boolean {
    return this.detector.condemns(host);
  }

  /** A request to a host ended. */
  onResult(host: number, failed: boolean, now: number): void {
    this.detector.onResult(host, failed ? 500 : 200, now);
  }

  sweep(now: number): void {
    this.detector.sweep(now);
  }
}
