import { buildDistribution } from '../kernel/distributions/index.ts';
import type { Distribution } from '../kernel/distributions/index.ts';
import { Draw } from '../kernel/random.ts';
import type { RootKey } from '../kernel/random.ts';
import { wholeNanoseconds } from '../kernel/time.ts';
import type { Call } from './call.ts';
import type { NetworkSpec } from './spec.ts';

/** A fault that slows the way between two zones, while it lasts. */
export interface Slowdown {
  readonly factor: number;
  readonly extra: number;
}

/** What faults do to the way between two zones. */
interface Disturbance {
  /** Partitions in force. */
  cuts: number;
  /** Slowdowns in force, and what they make together. */
  readonly slowdowns: Slowdown[];
  factor: number;
  extra: number;
}

/** Zones and the time that messages take between them. */
export class Network {
  readonly spec: NetworkSpec;
  private readonly zones: number;
  private readonly delays: readonly Distribution[];
  private readonly disturbances: Disturbance[];
  private readonly draw: Draw;

  constructor(spec: NetworkSpec, root: RootKey) {
    this.spec = spec;
    this.zones = spec.zones.length;
    this.delays = spec.delays.map((delay) => buildDistribution(delay));
    this.disturbances = spec.delays.map(() => ({ cuts: 0, slowdowns: [], factor: 1, extra: 0 }));
    this.draw = new Draw(root, 'network', '');
  }

  /**
   * Nanoseconds that a message of this dispatch takes from one zone to another. Keyed by the dispatch and the leg (0 out,
   * 1 back), never by the instance.
   */
  delay(from: number, to: number, call: Call, ordinal: number, leg: 0 | 1): number {
    const way = from * this.zones + to;
    const { factor, extra } = this.disturbances[way];
    const drawn = this.delays[way].sample(this.draw.at(call.pathHigh, call.pathLow, 2 * ordinal + leg));
    return wholeNanoseconds(drawn * factor + extra);
  }

  /** Mean delay of one leg, as things are. */
  meanDelay(from: number, to: number): number {
    const way = from * this.zones + to;
    const { factor, extra } = this.disturbances[way];
    return this.delays[way].mean * factor + extra;
  }

  /** Whether messages between two zones are dropped. */
  isCut(from: number, to: number): boolean {
    return this.disturbances[from * this.zones + to].cuts > 0;
  }

  /** A partition between two zones begins (+1) or ends (-1), both ways. */
  cut(a: number, b: number, change: 1 | -1): void {
    for (const way of this.waysBetween(a, b)) this.disturbances[way].cuts += change;
  }

  /** Messages between two zones take longer from now on. */
  slow(a: number, b: number, slowdown: Slowdown): void {
    for (const way of this.waysBetween(a, b)) {
      this.disturbances[way].slowdowns.push(slowdown);
      settle(this.disturbances[way]);
    }
  }

  /** One of the slowdowns between two zones is over. */
  recover(a: number, b: number, slowdown: Slowdown): void {
    for (const way of this.waysBetween(a, b)) {
      const { slowdowns } = this.disturbances[way];
      slowdowns.splice(slowdowns.indexOf(slowdown), 1);
      settle(this.disturbances[way]);
    }
  }

  private waysBetween(a: number, b: number): number[] {
    return a === b ? [a * this.zones + b] : [a * this.zones + b, b * this.zones + a];
  }
}

/** Made anew from the slowdowns in force: when none is left, the way is exactly as it was. */
function settle(way: Disturbance): void {
  way.factor = 1;
  way.extra = 0;
  for (const { factor, extra } of way.slowdowns) {
    way.factor *= factor;
    way.extra += extra;
  }
}
