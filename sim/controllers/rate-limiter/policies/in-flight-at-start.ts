import { mix } from '../../../kernel/hash.ts';

/**
 * Remembers, by the time at which a call began, how many calls were in flight then: a policy learns only how long a
 * call took when it ends. An open-addressing table of fixed size; calls that began at one instant share a key, and any
 * of them may be taken for any other.
 */
export class InFlightAtStart {
  private readonly starts: Float64Array;
  /** 0: the slot is free. */
  private readonly counts: Int32Array;
  private readonly mask: number;
  private size = 0;

  /** @param most calls that can be in flight at once */
  constructor(most: number) {
    let slots = 16;
    while (slots < 2 * most) slots *= 2;
    this.starts = new Float64Array(slots);
    this.counts = new Int32Array(slots);
    this.mask = slots - 1;
  }

  put(start: number, inFlight: number): void {
    // Only calls whose end is told with another duration can fill it up: they are never taken out.
    if (2 * this.size > this.mask) this.forget();
    let slot = this.home(start);
    while (this.counts[slot] !== 0) slot = (slot + 1) & this.mask;
    this.starts[slot] = start;
    this.counts[slot] = inFlight;
    this.size++;
  }

  /** Takes out one call that began at `start`; 0 if none is known. */
  take(start: number): number {
    let slot = this.home(start);
    while (this.counts[slot] !== 0 && this.starts[slot] !== start) slot = (slot + 1) & this.mask;
    const inFlight = this.counts[slot];
    if (inFlight !== 0) this.free(slot);
    return inFlight;
  }

  /** Frees a slot and moves up those that had to go past it. */
  private free(slot: number): void {
    let hole = slot;
    for (let next = (slot + 1) & this.mask; this.counts[next] !== 0; next = (next + 1) & this.mask) {
      const home = this.home(this.starts[next]);
      if (((next - home) & this.mask) < ((next - hole) & this.mask)) continue;
      this.starts[hole] = this.starts[next];
      this.counts[hole] = this.counts[next];
      hole = next;
    }
    this.counts[hole] = 0;
    this.size--;
  }

  private forget(): void {
    this.counts.fill(0);
    this.size = 0;
  }

  private home(start: number): number {
    return mix(start | 0) & this.mask;
  }
}
