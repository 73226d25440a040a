import { EventQueue } from './event-queue.ts';
import type { Lane, Phase } from './event-queue.ts';
import { MAX_TIME } from './time.ts';

/** Acts on one event: `id` says whose it is. Handlers are small classes that the kernel knows nothing of. */
export interface Handler {
  handle(id: number): void;
}

/** An event is handler code and entity id in one integer: 32 codes, 2^26 entities. */
const CODE_BITS = 5;
const CODE_MASK = (1 << CODE_BITS) - 1;
const CODES = 1 << CODE_BITS;
export const MAX_ENTITIES = 1 << (31 - CODE_BITS);

/** How many handlers have a call site of their own, under the highest codes; and how many others there can be. */
const FREQUENT = 4;
export const MAX_HANDLERS = CODES - FREQUENT;
const IDLE: Handler = {
  handle: () => {
    throw new Error('an event without a handler');
  },
};

/**
 * The clock and the pending events. It runs handlers in order of (time, phase, first scheduled). There is no
 * cancelling: a timer that fires compares its time with the one its owner still waits for, and returns.
 */
export class Kernel {
  /** Simulated now, nanoseconds. */
  now = 0;
  /** Events handled so far. */
  handled = 0;

  private readonly queue = new EventQueue();
  private readonly handlers: Handler[] = Array.from({ length: CODES }, () => IDLE);
  private ordinary = 0;
  private frequent = 0;
  private readonly lanesByDelay = new Map<string, Lane>();

  /** Adds a handler and returns the code that its events carry. */
  register(handler: Handler): number {
    if (this.ordinary === MAX_HANDLERS) throw new RangeError(`more than ${MAX_HANDLERS} handlers`);
    this.handlers[this.ordinary] = handler;
    return this.ordinary++;
  }

  /**
   * The same for one of the few handlers that most events go to: it gets a call site of its own in `advance`, which the
   * engine can inline. More than there are such places are ordinary handlers.
   */
  registerFrequent(handler: Handler): number {
    if (this.frequent === FREQUENT) return this.register(handler);
    const code = CODES - 1 - this.frequent++;
    this.handlers[code] = handler;
    return code;
  }

  /** Events still pending. */
  get pending(): number {
    return this.queue.size;
  }

  /** The lane of all events that are scheduled `delay` ahead in this phase. */
  lane(delay: number, phase: Phase): Lane {
    return this.laneNamed(`${delay}/${phase}`, phase);
  }

  /**
   * The lane of the timers of one length that one handler alone uses, and that `isWanted` can tell to be cancelled
   * before they fire: the cancelled ones are then dropped cheaply. It may not drop what the handler would act on.
   */
  timerLane(delay: number, phase: Phase, code: number, isWanted: (id: number, time: number) => boolean): Lane {
    const lane = this.laneNamed(`${delay}/${phase}/${code}`, phase);
    lane.isWanted ??= (event, time) => isWanted(event >>> CODE_BITS, time);
    return lane;
  }

  private laneNamed(key: string, phase: Phase): Lane {
    let lane = this.lanesByDelay.get(key);
    if (lane === undefined) {
      lane = this.queue.addLane(phase);
      this.lanesByDelay.set(key, lane);
    }
    return lane;
  }

  /** A lane of its own for a sequence that is in order by nature, such as the arrivals of one source. */
  sequence(phase: Phase): Lane {
    return this.queue.addLane(phase);
  }

  /** Schedules on a lane, from now on; times on one lane must not go back. */
  schedule(lane: Lane, time: number, code: number, id: number): void {
    if (!(time >= this.now)) throw new RangeError(`event at ${time}, in the past of ${this.now}`);
    this.queue.pushInOrder(lane, time, (id << CODE_BITS) | code);
  }

  /** Schedules at any time from now on. */
  scheduleAt(time: number, phase: Phase, code: number, id: number): void {
    if (!(time >= this.now)) throw new RangeError(`event at ${time}, in the past of ${this.now}`);
    this.queue.push(time, phase, (id << CODE_BITS) | code);
  }

  /** Time of the next event, or `NEVER`. */
  nextTime(): number {
    return this.queue.nextTime();
  }

  /** Handles every event up to and including `until`; the clock ends at `until`. */
  advance(until: number): void {
    if (!(until <= MAX_TIME)) throw new RangeError(`${until} ns is beyond the clock's range of 104 days`);
    const { queue, handlers } = this;
    const first = handlers[CODES - 1];
    const second = handlers[CODES - 2];
    const third = handlers[CODES - 3];
    const fourth = handlers[CODES - 4];
    let handled = 0;
    while (queue.pop(until)) {
      this.now = queue.time;
      const event = queue.event;
      const code = event & CODE_MASK;
      const id = event >>> CODE_BITS;
      if (code === CODES - 1) first.handle(id);
      else if (code === CODES - 2) second.handle(id);
      else if (code === CODES - 3) third.handle(id);
      else if (code === CODES - 4) fourth.handle(id);
      else handlers[code].handle(id);
      handled++;
    }
    this.handled += handled;
    if (until > this.now) this.now = until;
  }
}
