import { NEVER } from '../../../kernel/time.ts';
import type { OwnDraws } from '../../definition.ts';

/** A sequence of waits, in nanoseconds. */
export interface Backoff {
  /** The next wait. */
  next(): number;
  /** Begins again with the first. */
  reset(): void;
}

/** The draws of one policy's state, each taken once. */
export class DrawSequence {
  private readonly draws: OwnDraws;
  private ordinal = 0;

  constructor(draws: OwnDraws) {
    this.draws = draws;
  }

  /** Uniform on [0, 1). */
  next(): number {
    const draw = this.draws.uniform(this.ordinal);
    this.ordinal += 1;
    return draw;
  }
}

/** Always the same. Source: twitter/finagle `Backoff.const`. */
export class ConstantBackoff implements Backoff {
  private readonly wait: number;

  constructor(wait: number) {
    this.wait = wait;
  }

  next(): number {
    return this.wait;
  }

  reset(): void {}
}

/** start, start * multiplier, … up to maximum. Source: twitter/finagle `Backoff.exponential`. */
export class ExponentialBackoff implements Backoff {
  private readonly start: number;
  private readonly multiplier: number;
  private readonly maximum: number;
  private wait: number;

  constructor(start: number, multiplier: number, maximum = NEVER) {
    this.start = start;
    this.multiplier = multiplier;
    this.maximum = maximum;
    this.wait = Math.min(start, maximum);
  }

  next(): number {
    const wait = this.wait;
    this.wait = Math.min(wait * this.multiplier, this.maximum);
    return wait;
  }

  reset(): void {
    this.wait = Math.min(this.start, this.maximum);
  }
}

/** start, start + offset, … up to maximum. Source: twitter/finagle `Backoff.linear`. */
export class LinearBackoff implements Backoff {
  private readonly start: number;
  private readonly offset: number;
  private readonly maximum: number;
  private wait: number;

  constructor(start: number, offset: number, maximum = NEVER) {
    this.start = start;
    this.offset = offset;
    this.maximum = maximum;
    this.wait = Math.min(start, maximum);
  }

  next(): number {
    const wait = this.wait;
    this.wait = Math.min(wait + this.offset, this.maximum);
    return wait;
  }

  reset(): void {
    this.wait = Math.min(this.start, this.maximum);
  }
}

/**
 * First `start` itself; then, for n = 0, 1, …, half = start * 2^n plus a random part below half, up to maximum.
 *
 * Source: twitter/finagle `Backoff.equalJittered` (4feb34cb9).
 */
export class EqualJitteredBackoff implements Backoff {
  private readonly start: number;
  private readonly maximum: number;
  private readonly draws: DrawSequence;
  /** Of the next wait; 0 before the first. */
  private half = 0;

  constructor(start: number, maximum: number, draws: DrawSequence) {
    this.start = start;
    this.maximum = maximum;
    this.draws = draws;
  }

  next(): number {
    const half = this.half;
    if (half >= this.maximum) return this.maximum;
    this.half = half === 0 ? this.start : half * 2;
    if (half === 0) return Math.min(this.start, this.maximum);
    return Math.min(half + Math.floor(this.draws.next() * half), this.maximum);
  }

  reset(): void {
    this.half = 0;
  }
}
