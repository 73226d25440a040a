import { signal } from '@preact/signals';

/** Simulated seconds a second of the viewer's. */
export const SPEEDS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5] as const;

/** How long a request takes on the stage from the clients to an instance, milliseconds of the viewer's. */
export const TRAVEL_MS = 900;

/**
 * Where the playback is. `now` changes with every frame and is read by what draws; `shown` follows a few times a second,
 * for text.
 */
export class Clock {
  now = 0;
  readonly shown = signal(0);
  readonly playing = signal(false);
  readonly speed = signal<number>(0.25);
  /** Bounds of the playback, milliseconds; `end` moves while the run is still being computed. */
  from = 0;
  end = 0;
  /** It stops here once, if it is not null. */
  stopAt: number | null = null;
  private readonly listeners = new Set<() => void>();
  private lastFrame = 0;
  private lastShown = 0;

  start(): void {
    const frame = (at: number): void => {
      this.step(at);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  /** Is called with every frame. Returns what ends that. */
  onFrame(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  seek(ms: number): void {
    this.now = Math.min(Math.max(ms, this.from), Math.max(this.from, this.end));
    this.shown.value = this.now;
  }

  /** Simulated milliseconds that a request is seen to travel. */
  get travel(): number {
    return TRAVEL_MS * this.speed.value;
  }

  private step(at: number): void {
    const passed = Math.min(100, at - this.lastFrame);
    this.lastFrame = at;
    if (this.playing.value) this.play(passed);
    if (at - this.lastShown > 120 && this.shown.value !== this.now) {
      this.lastShown = at;
      this.shown.value = this.now;
    }
    for (const listener of this.listeners) listener();
  }

  private play(passed: number): void {
    // What is to be shown has not been computed yet.
    if (this.now > this.end) return;
    const next = this.now + passed * this.speed.value;
    if (this.stopAt !== null && this.now < this.stopAt && next >= this.stopAt) {
      this.now = this.stopAt;
      this.stopAt = null;
      this.playing.value = false;
      this.shown.value = this.now;
      return;
    }
    this.now = Math.min(next, this.end);
    if (this.now < this.end || !this.isComplete()) return;
    this.playing.value = false;
    this.shown.value = this.now;
  }

  /** Whether `end` is the end of all that will come. Set by who feeds it. */
  isComplete: () => boolean = () => true;
}
