import { NEVER } from '../kernel/time.ts';

/** One scheduled change of an instance's speed. */
export interface SpeedChange {
  readonly from: number;
  readonly until: number;
  /** Work takes this many times as long; `Infinity` stops it. */
  readonly factor: number;
  /** `all`: work in progress too. `new`: only work that starts inside the interval. `crash`: work in progress is lost. */
  readonly reach: 'all' | 'new' | 'crash';
}

/**
 * How fast an instance works over time, as its scheduled faults make it: piecewise constant and known in advance,
 * so that a job's completion is computed once, when it starts. Queries must come with start times that do not go back
 * by much (a cursor is kept): O(1) amortised.
 */
export class SpeedProfile {
  /** Segment i reaches from starts[i] to starts[i + 1]. */
  private readonly starts: number[] = [0];
  /** Work done per unit of time; 0 while frozen. */
  private readonly speeds: number[] = [1];
  private readonly startFactors: number[] = [1];
  private readonly down: boolean[] = [false];
  private cursor = 0;

  constructor(changes: readonly SpeedChange[]) {
    const edges = new Set<number>([0]);
    for (const change of changes) {
      edges.add(change.from);
      if (change.until !== NEVER) edges.add(change.until);
    }
    const starts = [...edges].sort((a, b) => a - b);
    this.starts = starts;
    this.speeds = starts.map(() => 1);
    this.startFactors = starts.map(() => 1);
    this.down = starts.map(() => false);
    for (const change of changes) {
      for (let i = 0; i < starts.length; i++) {
        if (starts[i] < change.from || starts[i] >= change.until) continue;
        if (change.reach === 'crash') this.down[i] = true;
        else if (change.reach === 'new') this.startFactors[i] *= change.factor;
        else this.speeds[i] /= change.factor;
      }
    }
    for (let i = 0; i < starts.length; i++) if (this.down[i]) this.speeds[i] = 0;
  }

  /** No work is ever done faster than this, whenever it starts; per unit of time. */
  get topSpeed(): number {
    let speed = 0;
    let factor = NEVER;
    for (let i = 0; i < this.starts.length; i++) {
      speed = Math.max(speed, this.speeds[i]);
      factor = Math.min(factor, this.startFactors[i]);
    }
    return speed / factor;
  }

  /** When it changes. */
  get moments(): readonly number[] {
    return this.starts;
  }

  /** Work done per unit of time by what starts at `time`; 0 while frozen or down. */
  speedAt(time: number): number {
    const i = this.segmentAt(time);
    return this.speeds[i] / this.startFactors[i];
  }

  /** Factor on the work that starts at `time`. */
  startFactor(time: number): number {
    return this.startFactors[this.segmentAt(time)];
  }

  /** Whether the instance is down at `time`. */
  isDown(time: number): boolean {
    return this.down[this.segmentAt(time)];
  }

  /** The first moment from `time` on at which the instance is not down. */
  upFrom(time: number): number {
    let i = this.segmentAt(time);
    if (!this.down[i]) return time;
    while (i < this.starts.length && this.down[i]) i++;
    return i < this.starts.length ? this.starts[i] : NEVER;
  }

  /** When work of this length at full speed, begun at `start`, is done; `NEVER` if a crash or an endless stop comes first. */
  finish(start: number, work: number): number {
    let i = this.segmentAt(start);
    let at = start;
    let left = work;
    for (;;) {
      if (this.down[i]) return NEVER;
      const end = i + 1 < this.starts.length ? this.starts[i + 1] : NEVER;
      const speed = this.speeds[i];
      if (speed > 0) {
        const need = left / speed;
        const done = Math.floor(at + need + 0.5);
        // What would be done at the very moment of a crash is lost to it: the world changes first.
        if (at + need <= end && (done < end || end === NEVER || !this.down[i + 1])) return done;
        left -= (end - at) * speed;
      }
      if (end === NEVER) return NEVER;
      at = end;
      i++;
    }
  }

  private segmentAt(time: number): number {
    const { starts } = this;
    let i = this.cursor;
    while (i > 0 && starts[i] > time) i--;
    while (i + 1 < starts.length && starts[i + 1] <= time) i++;
    this.cursor = i;
    return i;
  }
}
