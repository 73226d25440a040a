import { setImmediate } from 'node:timers/promises';
import { EXIT } from './exit.ts';

/** Ctrl-C, heard: the first asks for what there is so far, the second ends the process at once. */
export class Interrupt {
  readonly signal: AbortSignal;
  private readonly controller = new AbortController();
  private readonly listener = (): void => this.heard();

  constructor() {
    this.signal = this.controller.signal;
    process.on('SIGINT', this.listener);
  }

  get wasHeard(): boolean {
    return this.signal.aborted;
  }

  /** Resolves when it is heard. */
  async arrival(): Promise<void> {
    if (this.wasHeard) return;
    await new Promise((resolve) => this.signal.addEventListener('abort', resolve, { once: true }));
  }

  /** Ctrl-C ends the process again. */
  dispose(): void {
    process.off('SIGINT', this.listener);
  }

  private heard(): void {
    if (this.wasHeard) process.exit(EXIT.interrupted);
    this.controller.abort();
  }
}

/** Between two pauses: often enough for a hand on the keyboard, seldom enough to cost nothing. */
const PAUSE_EVERY_MS = 50;

/** What to do after each step of a long computation: now and then give signals and progress their turn. */
export function pacing<Step>(interrupt: Interrupt, onPause: (step: Step) => void): (step: Step) => Promise<boolean> {
  let last = performance.now();
  return async (step) => {
    if (performance.now() - last < PAUSE_EVERY_MS) return true;
    onPause(step);
    await setImmediate();
    last = performance.now();
    return !interrupt.wasHeard;
  };
}
