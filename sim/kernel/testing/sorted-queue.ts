import { NEVER } from '../time.ts';

interface Entry {
  readonly time: number;
  readonly phase: number;
  readonly serial: number;
  readonly event: number;
}

/** The event queue in its simplest form, one sorted array: the oracle for `EventQueue`. */
export class SortedQueue {
  time = 0;
  event = 0;
  private serial = 0;
  private readonly entries: Entry[] = [];

  get size(): number {
    return this.entries.length;
  }

  push(time: number, phase: number, event: number): void {
    if (time === NEVER) return;
    this.entries.push({ time, phase, serial: this.serial++, event });
    this.entries.sort((a, b) => a.time - b.time || a.phase - b.phase || a.serial - b.serial);
  }

  pop(until: number): boolean {
    if (this.nextTime() > until || this.size === 0) return false;
    const first = this.entries.shift()!;
    this.time = first.time;
    this.event = first.event;
    return true;
  }

  nextTime(): number {
    return this.size === 0 ? NEVER : this.entries[0].time;
  }
}
