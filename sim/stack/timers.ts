import type { Handler, Kernel } from '../kernel/kernel.ts';
import type { Pool } from '../kernel/pool.ts';
import { NEVER } from '../kernel/time.ts';
import type { TimerCodes } from './edge.ts';
import type { Passage } from './passage.ts';

/** Brings the timers of passages to their layers; one that is no longer waited for is let go. */
export function registerTimers(kernel: Kernel, passages: Pool<Passage>): TimerCodes {
  return {
    ofLayer: kernel.register(new LayerTimer(kernel, passages)),
    hedge: kernel.register(new HedgeTimer(kernel, passages)),
    end: kernel.register(new EndTimer(kernel, passages)),
    ofTry: kernel.registerFrequent(new TryTimer(kernel, passages)),
  };
}

abstract class PassageTimer implements Handler {
  protected readonly kernel: Kernel;
  protected readonly passages: readonly Passage[];

  constructor(kernel: Kernel, passages: Pool<Passage>) {
    this.kernel = kernel;
    this.passages = passages.items;
  }

  abstract handle(id: number): void;
}

class LayerTimer extends PassageTimer {
  handle(id: number): void {
    const passage = this.passages[id];
    if (passage.timerAt !== this.kernel.now) return;
    passage.timerAt = NEVER;
    passage.edge.timer(passage);
  }
}

class HedgeTimer extends PassageTimer {
  handle(id: number): void {
    const passage = this.passages[id];
    const { tries } = passage;
    if (tries === null || tries.hedgeAt !== this.kernel.now) return;
    tries.hedgeAt = NEVER;
    passage.edge.layers[passage.place].hedgeTimer(passage);
  }
}

class EndTimer extends PassageTimer {
  handle(id: number): void {
    const passage = this.passages[id];
    const { tries } = passage;
    if (tries === null || tries.endAt !== this.kernel.now) return;
    tries.endAt = NEVER;
    passage.edge.layers[passage.place].endTimer(passage);
  }
}

class TryTimer extends PassageTimer {
  handle(id: number): void {
    const child = this.passages[id];
    if (child.tryTimerAt !== this.kernel.now) return;
    child.tryTimerAt = NEVER;
    const passage = child.parent!;
    passage.edge.layers[passage.place].tryTimer(passage, child);
  }
}
