import { duration, integer, share } from '../../parameters.ts';
import { CLOSED, HALF_OPEN, NO_TICKET, OPEN, defineBreakerPolicy } from '../policy.ts';
import type { BreakerPolicy, BreakerState } from '../policy.ts';
import { HealthCountsStream } from './hystrix-health-counts.ts';

/** Durations in nanoseconds; the percentage is a whole number. */
export interface HystrixProperties {
  readonly requestVolumeThreshold: number;
  readonly errorThresholdPercentage: number;
  readonly sleepWindow: number;
  readonly rollingWindow: number;
  readonly healthSnapshotInterval: number;
}

/**
 * Hystrix's breaker. It opens only when a sum of the health stream is published, never by a result itself, so up to
 * one snapshot interval late. One probe a sleep window; while it is half-open any call's success closes it, and any
 * call's failure or cancellation opens it for another sleep window, probe or not. Closing empties the stream, and the
 * probe's own success is the first thing in the new one.
 *
 * Source: Netflix/Hystrix `HystrixCircuitBreaker.HystrixCircuitBreakerImpl`, `AbstractCommand` (7c03bafe).
 */
export class HystrixBreaker implements BreakerPolicy {
  /** What it decides on. */
  readonly health: HealthCountsStream;
  private readonly properties: HystrixProperties;
  private status: BreakerState = CLOSED;
  private openedAt = 0;

  constructor(properties: HystrixProperties) {
    this.properties = properties;
    this.health = new HealthCountsStream(properties.rollingWindow, properties.healthSnapshotInterval, 0);
  }

  state(now: number): BreakerState {
    this.advance(now);
    return this.status;
  }

  /** Whether it has opened and not closed since: true while half-open too. */
  isOpen(now: number): boolean {
    return this.state(now) !== CLOSED;
  }

  /** Whether a call would be let through; asking changes nothing. */
  allowRequest(now: number): boolean {
    const status = this.state(now);
    return status === CLOSED || (status === OPEN && this.isAfterSleepWindow(now));
  }

  acquire(now: number): number {
    this.advance(now);
    if (this.status === CLOSED) return 0;
    if (this.status === HALF_OPEN || !this.isAfterSleepWindow(now)) return NO_TICKET;
    this.status = HALF_OPEN;
    return 0;
  }

  record(now: number, _ticket: number, failed: boolean, _duration: number): void {
    this.advance(now);
    if (failed) this.markNonSuccess(now);
    else this.markSuccess(now);
    this.health.add(failed);
  }

  release(now: number, _ticket: number): void {
    this.advance(now);
    this.markNonSuccess(now);
  }

  tripped(now: number): boolean {
    this.advance(now);
    return this.exceedsThresholds();
  }

  private markSuccess(now: number): void {
    if (this.status !== HALF_OPEN) return;
    this.status = CLOSED;
    this.health.reset(now);
  }

  private markNonSuccess(now: number): void {
    if (this.status !== HALF_OPEN) return;
    this.status = OPEN;
    this.openedAt = now;
  }

  private isAfterSleepWindow(now: number): boolean {
    return now > this.openedAt + this.properties.sleepWindow;
  }

  /** Lives through the snapshots that were due until now. */
  private advance(now: number): void {
    while (this.health.nextSnapshotAt <= now && !this.health.skipEmpty(now)) {
      const at = this.health.nextSnapshotAt;
      this.health.publish();
      if (this.status === CLOSED && this.exceedsThresholds()) {
        this.status = OPEN;
        this.openedAt = at;
      }
    }
  }

  private exceedsThresholds(): boolean {
    const { totalRequests, errorPercentage } = this.health;
    return (
      totalRequests >= this.properties.requestVolumeThreshold &&
      errorPercentage >= this.properties.errorThresholdPercentage
    );
  }
}

const PROPERTIES = 'Hystrix HystrixCommandProperties.java';

export const hystrix = defineBreakerPolicy({
  name: 'hystrix',
  product: 'Netflix Hystrix',
  about:
    'Twice a second looks at the last ten seconds, and opens at a share of errors; then tries one call a sleep window.',
  parameters: {
    requestVolumeThreshold: integer({
      about: 'Fewer requests than this in the window are not judged.',
      default: 20,
      source: PROPERTIES,
    }),
    errorThresholdPercentage: share({
      about: 'Opens at this share of errors or more, both in whole percent (the product writes 50).',
      default: '50%',
      source: PROPERTIES,
    }),
    sleepWindow: duration({
      about: 'How long it stays open until one probe is let through (sleepWindowInMilliseconds).',
      default: '5s',
      source: PROPERTIES,
    }),
    rollingWindow: duration({
      about: 'How far back requests are judged (rollingStats.timeInMilliseconds).',
      default: '10s',
      min: '1ms',
      source: PROPERTIES,
    }),
    healthSnapshotInterval: duration({
      about: 'How often they are judged (healthSnapshot.intervalInMilliseconds).',
      default: '500ms',
      min: '1ms',
      source: PROPERTIES,
    }),
  },
  check(config) {
    if (config.healthSnapshotInterval > config.rollingWindow) {
      return 'healthSnapshotInterval must be at most rollingWindow';
    }
    return undefined;
  },
  sources: [
    'Netflix/Hystrix 7c03bafe: HystrixCircuitBreaker, AbstractCommand, HystrixCommandMetrics, HystrixCommandProperties',
    'Netflix/Hystrix 7c03bafe: HealthCountsStream, BucketedRollingCounterStream, BucketedCounterStream',
  ],
  knownToGetWrong: [
    'It opens up to one snapshot interval after the results that justify it.',
    'The error percentage is cut to whole percent: 39.9% is not 40%.',
    'Late results carry no generation: any success while half-open closes it, any failure or cancellation opens it.',
    'One success closes it and empties its memory, so that a half-broken backend makes it flap.',
  ],
  create: (config) =>
    new HystrixBreaker({
      ...config,
      errorThresholdPercentage: Math.floor(config.errorThresholdPercentage * 100 + 0.5),
    }),
});
