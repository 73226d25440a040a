import { NEVER } from '../kernel/time.ts';
import type { Job } from './job.ts';
import type { WaitingRoom } from './priority-queue.ts';
import type { SlotSchedule } from './slot-schedule.ts';
import type { SpeedProfile } from './speed-profile.ts';

export const ABSENT = 0;
export const STARTING = 1;
export const READY = 2;
/** Takes nothing new, finishes what it has. */
export const LEAVING = 3;
export const DOWN = 4;
export type InstanceState = 0 | 1 | 2 | 3 | 4;
export const INSTANCE_STATE_NAMES = ['absent', 'starting', 'ready', 'leaving', 'down'] as const;

/** One member of a service's pool: slots, and a queue before them. Mutated by its service only. */
export class Instance {
  readonly index: number;
  state: InstanceState = ABSENT;
  /** Slots, and how many are in use; a fault may leave fewer slots than are in use. */
  slots: number;
  busy = 0;
  /** Jobs that wait, cancelled ones not counted. */
  waiting = 0;
  /** Jobs in use whose caller has given up. */
  busyAbandoned = 0;
  readonly queue: WaitingRoom;
  /** Index of its zone; -1 without a network. */
  readonly zone: number;
  readonly running: Job[] = [];
  /** Jobs that wait for calls of their own and hold no slot meanwhile. */
  readonly aside: Job[] = [];

  /** Factor on all its work, from hidden heterogeneity. */
  readonly slowness: number;
  /** Its scheduled faults; null if it has none. */
  readonly profile: SpeedProfile | null;
  /** When its slots will be free; kept only where verdicts are wanted. */
  schedule: SlotSchedule | null = null;
  /** How many effects have taken hold here. */
  version = 0;
  /** Launch for which `readyAt` is awaited, and since when it is ready; `NEVER` if not. */
  startedAt = NEVER;
  readyAt = NEVER;
  readySince = NEVER;
  /** When it last became ready or stopped being so; its launch while it never was. */
  readyChangedAt = -NEVER;
  /** When its queue was last empty (for CoDel). */
  emptyAt = 0;

  /** Rates at which its answers are errors or wrong, and share of callers that cannot reach it: set by faults. */
  errorRate = 0;
  wrongRate = 0;
  unreachableShare = 0;

  /** Answers and errors so far, for its own load reports. */
  answers = 0;
  errors = 0;

  /** Integrals over time up to `touchedAt`: jobs in it, slots in use, slots in use for nobody, being ready. */
  loadArea = 0;
  busyArea = 0;
  abandonedArea = 0;
  readyArea = 0;
  /** Slots in use while it leaves: it works, though it is no longer ready. */
  leavingArea = 0;
  touchedAt = 0;

  constructor(
    index: number,
    slots: number,
    slowness: number,
    profile: SpeedProfile | null,
    queue: WaitingRoom,
    zone: number,
  ) {
    this.index = index;
    this.slots = slots;
    this.slowness = slowness;
    this.profile = profile;
    this.queue = queue;
    this.zone = zone;
  }

  /** Jobs waiting and in service, abandoned ones included. */
  get load(): number {
    return this.busy + this.waiting;
  }

  /** Brings the integrals up to `now`; called before every change. */
  touch(now: number): void {
    const span = now - this.touchedAt;
    if (span > 0) {
      this.loadArea += span * (this.busy + this.waiting);
      this.busyArea += span * this.busy;
      this.abandonedArea += span * this.busyAbandoned;
      if (this.state === READY) this.readyArea += span;
      else if (this.state === LEAVING) this.leavingArea += span * this.busy;
      this.touchedAt = now;
    }
  }
}
