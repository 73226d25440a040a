import type { Distribution } from '../kernel/distributions/index.ts';
import { Draw, uniform } from '../kernel/random.ts';
import type { RootKey } from '../kernel/random.ts';
import { wholeNanoseconds } from '../kernel/time.ts';
import { LAYER_DOWN, makeResult, REFUSED, SATURATED } from '../world/result.ts';
import type { Result } from '../world/result.ts';
import type { Passage } from './passage.ts';

/** What a gate does with an attempt that comes to its layer. */
export const LET_IN = 0;
export const BYPASS = 1;
export const TURN_AWAY = 2;
/** The attempt goes in after `delay`. */
export const DELAY = 3;
export type GateVerdict = 0 | 1 | 2 | 3;

/** How a layer that is saturated behaves: how much longer each pass takes, and the share that it refuses. */
export interface Saturation {
  readonly delay: number;
  readonly refuse: number;
}

/**
 * What stands before a layer's own decision: the time that each pass takes, and faults of the layer itself. A layer
 * without overhead and without faults has none.
 */
export class Gate {
  /** Filled by `ask`: how long to wait, or with what to turn away. */
  delay = 0;
  refusal: Result;

  private readonly overhead: Distribution | null;
  private readonly whenDown: 'pass' | 'refuse';
  private readonly overheadDraw: Draw;
  private readonly saturationDraw: Draw;
  private readonly downRefusal: Result;
  private readonly saturatedRefusal: Result;
  private down = 0;
  /** Saturations in force, and what they make together. */
  private readonly saturations: Saturation[] = [];
  private saturationDelay = 0;
  private saturationShare = 0;

  /** @param overhead time of each pass; null for none. @param whenDown whether a layer that is down lets through or refuses */
  constructor(root: RootKey, name: string, layer: number, overhead: Distribution | null, whenDown: 'pass' | 'refuse') {
    this.overhead = overhead;
    this.whenDown = whenDown;
    this.overheadDraw = new Draw(root, 'overhead', name);
    this.saturationDraw = new Draw(root, 'saturation', name);
    this.downRefusal = makeResult(REFUSED, LAYER_DOWN, layer);
    this.saturatedRefusal = makeResult(REFUSED, SATURATED, layer);
    this.refusal = this.downRefusal;
  }

  /** The layer goes down (+1) or comes back (-1). */
  fail(change: 1 | -1): void {
    this.down += change;
  }

  /** The layer is saturated (+1), or no longer (-1): passes take longer, and a share is refused. */
  saturate(saturation: Saturation, change: 1 | -1): void {
    if (change > 0) this.saturations.push(saturation);
    else this.saturations.splice(this.saturations.indexOf(saturation), 1);
    let admitted = 1;
    this.saturationDelay = 0;
    for (const { delay, refuse } of this.saturations) {
      this.saturationDelay += delay;
      admitted *= 1 - refuse;
    }
    this.saturationShare = this.saturations.length === 0 ? 0 : 1 - admitted;
  }

  /** @param ordinal of the layer's own draws for the call */
  ask(passage: Passage, ordinal: number): GateVerdict {
    if (this.down > 0) {
      if (this.whenDown === 'pass') return BYPASS;
      this.refusal = this.downRefusal;
      return TURN_AWAY;
    }
    const { pathHigh, pathLow } = passage.call;
    if (
      this.saturationShare > 0 &&
      uniform(this.saturationDraw.at(pathHigh, pathLow, ordinal)) < this.saturationShare
    ) {
      this.refusal = this.saturatedRefusal;
      return TURN_AWAY;
    }
    const drawn = this.overhead === null ? 0 : this.overhead.sample(this.overheadDraw.at(pathHigh, pathLow, ordinal));
    this.delay = wholeNanoseconds(drawn) + this.saturationDelay;
    return this.delay > 0 ? DELAY : LET_IN;
  }
}
