import type { RandomSource } from '../../../../kernel/random.ts';
import { Stream } from '../../../../kernel/random.ts';

/** A source whose next uniform draws are these. */
export class ScriptedRandom implements RandomSource {
  high = 0;
  low = 0;
  private readonly draws: number[];

  constructor(draws: readonly number[]) {
    this.draws = [...draws];
  }

  get left(): number {
    return this.draws.length;
  }

  next(): void {
    const u = this.draws.shift();
    if (u === undefined) throw new Error('no draw left');
    const bits = Math.min(Math.floor(u * 2 ** 53), 2 ** 53 - 1);
    this.high = Math.floor(bits / 2 ** 26) << 5;
    this.low = (bits % 2 ** 26) << 6;
  }
}

/** A draw that `below(random, n)` turns into `index`. */
export function drawOf(index: number, n: number): number {
  return (index + 0.5) / n;
}

/** A reproducible sequence of fair draws. */
export function fairRandom(name: string): RandomSource {
  return new Stream('load-balancer', name);
}

/** How often each of 0 … n - 1 comes up in so many picks. */
export function tally(n: number, picks: number, pick: () => number): number[] {
  const counts = Array.from({ length: n }, () => 0);
  for (let i = 0; i < picks; i++) counts[pick()]++;
  return counts;
}

/** The first n whole numbers, as host indices. */
export function indices(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, i) => i);
}
