import { PHASE_ARRIVAL } from '../../kernel/event-queue.ts';
import type { Lane } from '../../kernel/event-queue.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { NEVER } from '../../kernel/time.ts';
import type { TrafficSpec } from '../spec.ts';

/**
 * Brings the requests of a recorded run in the order in which they came, from all sources: at one instant, too, where
 * sources that keep an order of their own might come in another.
 */
export class Replay {
  private readonly kernel: Kernel;
  private readonly arrivalCode: number;
  private readonly lane: Lane;
  /** By number: which source it came from, and when. */
  private readonly sources: Int32Array;
  private readonly times: Float64Array;
  private place = 0;

  private constructor(kernel: Kernel, arrivalCode: number, sources: Int32Array, times: Float64Array) {
    this.kernel = kernel;
    this.arrivalCode = arrivalCode;
    this.lane = kernel.sequence(PHASE_ARRIVAL);
    this.sources = sources;
    this.times = times;
  }

  /** Null unless all traffic has the numbers of a recorded run. */
  static of(traffic: readonly TrafficSpec[], kernel: Kernel, arrivalCode: number): Replay | null {
    let count = 0;
    for (const { arrivals } of traffic) {
      if (arrivals.kind !== 'recorded' || arrivals.numbers === undefined) return null;
      count += arrivals.numbers.length;
    }
    const sources = new Int32Array(count);
    const times = new Float64Array(count).fill(NEVER);
    traffic.forEach(({ arrivals }, source) => {
      if (arrivals.kind !== 'recorded') return;
      arrivals.numbers!.forEach((number, i) => {
        sources[number] = source;
        times[number] = arrivals.times[i];
      });
    });
    return new Replay(kernel, arrivalCode, sources, times);
  }

  scheduleNext(): void {
    if (this.place === this.times.length) return;
    const { place } = this;
    this.place++;
    this.kernel.schedule(this.lane, this.times[place], this.arrivalCode, this.sources[place]);
  }
}
