import type { Handler, Kernel } from '../kernel/kernel.ts';
import type { Pool } from '../kernel/pool.ts';
import { NEVER } from '../kernel/time.ts';
import type { TimerCodes } from './edge.ts';
import type { Passage } from './passage.ts';

/** Brings the timers of passages to their layers; one that is no longer waited for is let go. */
export function registerTimers(kernel: Kernel, passages: Pool<Passage>): TimerCodes {
  return {
    first: kernel.register(new FirstTimer(kernel, passages)),
    second: kernel.register(new SecondTimer(kernel, passages)),
    last: kernel.register(new LastTimer(kernel, passages)),
    ofTry: kernel.register(new TryTimer(kernel, passages)),
  };
}

abstract class PassageTimer implements Handler {
  protected readonly kernel: Kernel;
  protected readonly passages: Pool<Passage>;

  constructor(kernel: Kernel, passages: Pool<Passage>) {
    this.kernel = kernel;
    this.passages = passages;
  }

  abstract handle(id: number): void;
}

class FirstTimer extends PassageTimer {
  handle(id: number): void {
    const passage = this.passages.items[id];
    if (passage.timerAt !== this.kernel.now) return;
    passage.timerAt = NEVER;
    passage.edge.layers[passage.place].timer(passage);
  }
}

class SecondTimer extends PassageTimer {
  handle(id: number): void {
    const passage = this.passages.items[id];
    if (passage.secondTimerAt !== this.kernel.now) return;
    passage.secondTimerAt = NEVER;
    passage.edge.layers[passage.place].secondTimer(passage);
  }
}

class LastTimer extends PassageTimer {
  handle(id: number): void {
    const passage = this.passages.items[id];
    if (passage.lastTimerAt !== this.kernel.now) return;
    passage.lastTimerAt = NEVER;
    passage.edge.layers[passage.place].lastTimer(passage);
  }
}

class TryTimer extends PassageTimer {
  handle(id: number): void {
    const child = this.passages.items[id];
    if (child.tryTimerAt !== this.kernel.now) return;
    child.tryTimerAt = NEVER;
    const passage = child.parent!;
    passage.edge.layers[passage.place].tryTimer(passage, child);
  }
}
