import type { Passage } from '../../stack/passage.ts';

/** Attempts that wait their turn, first come, first served; one that is given up leaves in O(1). */
export class WaitingLine {
  private places: (Passage | null)[] = [];
  private head = 0;
  /** Number of the place `places[0]`. */
  private base = 0;

  /** Returns the number of its place. */
  push(passage: Passage): number {
    return this.base + this.places.push(passage) - 1;
  }

  /** The one that has waited longest; null if none does. */
  take(): Passage | null {
    while (this.head < this.places.length) {
      const passage = this.places[this.head];
      this.places[this.head++] = null;
      this.trim();
      if (passage !== null) return passage;
    }
    return null;
  }

  leave(place: number): void {
    this.places[place - this.base] = null;
  }

  /** Drops the empty front once it is the larger part. */
  private trim(): void {
    if (this.head < 64 || 2 * this.head < this.places.length) return;
    this.places = this.places.slice(this.head);
    this.base += this.head;
    this.head = 0;
  }
}
