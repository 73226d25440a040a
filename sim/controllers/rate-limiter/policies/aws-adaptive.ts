import type { RandomSource } from '../../../kernel/random.ts';
import type { Kind } from '../../../stack/result.ts';
import { CANCELLED, LIMITED, REFUSED } from '../../../stack/result.ts';
import { flag, number, rate } from '../../parameters.ts';
import type { LimiterPolicy } from '../policy.ts';
import { defineLimiterPolicy } from '../policy.ts';
import { AwsCubic } from './aws-cubic.ts';
import { AwsRateClocker } from './aws-rate-clocker.ts';
import { AwsSendRateBucket } from './aws-send-rate-bucket.ts';

export interface AwsAdaptiveConfig {
  /** Requests a second. */
  readonly minRate: number;
  readonly beta: number;
  readonly scaleConstant: number;
  readonly smoothing: number;
  /** How far above the measured rate the new one may be. */
  readonly maxRateAdjustScale: number;
  readonly refusedIsThrottling: boolean;
}

/** The rate of the bucket before any answer. */
const INITIAL_RATE = 1;

interface Parts {
  readonly cubic: AwsCubic;
  readonly clocker: AwsRateClocker;
  readonly bucket: AwsSendRateBucket;
}

/**
 * The client-side rate limiter of the AWS SDKs' adaptive retry mode (botocore retries/adaptive.py `ClientRateLimiter`
 * at 0e6e2404b): passes everything until the first throttling answer, and from then on makes requests wait for tokens
 * at a rate that follows a cubic curve. It never denies. Made at its first use.
 */
export class AwsAdaptive implements LimiterPolicy {
  private readonly config: AwsAdaptiveConfig;
  private enabled = false;
  private parts: Parts | undefined;

  constructor(config: AwsAdaptiveConfig) {
    this.config = config;
  }

  acquire(now: number, _random?: RandomSource): number {
    const { bucket } = this.partsAt(now);
    return this.enabled ? bucket.reserve(now) : 0;
  }

  charge(now: number, cost: number): void {
    this.partsAt(now).bucket.charge(now, cost);
  }

  /** Every attempt that got an answer, or an error in its place, moves the rate. */
  ended(now: number, kind: Kind): void {
    if (kind === CANCELLED) return;
    const { cubic, clocker, bucket } = this.partsAt(now);
    const measured = clocker.record(now);
    let rate: number;
    if (kind === LIMITED || (kind === REFUSED && this.config.refusedIsThrottling)) {
      rate = cubic.errorReceived(now, this.enabled ? Math.min(measured, bucket.maxRate) : measured);
      this.enabled = true;
    } else {
      rate = cubic.successReceived(now);
    }
    bucket.setMaxRate(now, Math.min(rate, this.config.maxRateAdjustScale * measured));
  }

  /** 0 until the first throttle; then how much of the bucket is gone: at 1 the next request waits. */
  used(now: number): number {
    if (!this.enabled) return 0;
    const { bucket } = this.partsAt(now);
    const capacity = bucket.capacityAt(now);
    return capacity < 1 ? 1 : 1 - capacity / bucket.maxCapacity;
  }

  private partsAt(now: number): Parts {
    if (this.parts !== undefined) return this.parts;
    const { scaleConstant, beta, smoothing, minRate } = this.config;
    this.parts = {
      cubic: new AwsCubic(0, now, scaleConstant, beta),
      clocker: new AwsRateClocker(now, smoothing),
      bucket: new AwsSendRateBucket(INITIAL_RATE, now, minRate),
    };
    return this.parts;
  }
}

const SOURCE = 'botocore retries';

export const awsAdaptive = defineLimiterPolicy({
  name: 'awsAdaptive',
  about: 'Requests wait for tokens at a rate that falls when the service throttles and grows back along a cubic curve.',
  product: 'AWS SDK adaptive retry mode (botocore)',
  parameters: {
    minRate: rate({ about: 'Lowest rate.', default: '0.5/s', source: `${SOURCE}/bucket.py: _MIN_RATE 0.5` }),
    beta: number({
      about: 'What a throttle multiplies the rate by.',
      default: 0.7,
      min: 0,
      max: 1,
      source: `${SOURCE}/throttling.py: _BETA 0.7`,
    }),
    scaleConstant: number({
      about: 'How fast the rate grows back: factor of the cubic curve.',
      default: 0.4,
      min: 0.001,
      source: `${SOURCE}/throttling.py: _SCALE_CONSTANT 0.4`,
    }),
    smoothing: number({
      about: 'Weight of the latest half second in the measured rate.',
      default: 0.8,
      min: 0,
      max: 1,
      source: `${SOURCE}/adaptive.py: _DEFAULT_SMOOTHING 0.8`,
    }),
    maxRateAdjustScale: number({
      about: 'How many times the measured rate the new rate may be.',
      default: 2,
      min: 1,
      source: `${SOURCE}/adaptive.py: _MAX_RATE_ADJUST_SCALE 2.0`,
    }),
    refusedIsThrottling: flag({
      about: 'Whether a 503 is a throttling answer too (S3 SlowDown), besides 429.',
      default: false,
      source: 'overcontrol: the SDK goes by the error code, which a kind does not show',
    }),
  },
  sources: ['botocore retries/adaptive.py, bucket.py, throttling.py at 0e6e2404b'],
  knownToGetWrong: [
    'It limits nothing until the first throttle, and then all at once: the bucket holds at most one second.',
    'It measures answers, not requests: while they are slow the measured rate is low, and so is the new one.',
    'The rate never falls below one request in two seconds, however many clients share the service.',
    'Requests wait without a limit of their own; only their deadlines end it.',
  ],
  create: (config) => new AwsAdaptive(config),
});
