import { NEVER, SECOND } from '../kernel/time.ts';
import { mix } from '../kernel/hash.ts';
import type { Call } from './call.ts';
import type { Instance } from './instance.ts';
import { READY } from './instance.ts';
import { CALLING, CANCELLED_IN_QUEUE } from './job.ts';
import type { Job } from './job.ts';
import type { LoadWatcher, MembershipWatcher, Service } from './service.ts';
import { SlotSchedule } from './slot-schedule.ts';

/** Up to this many instances the best one is found by looking at all. */
export const SCAN_LIMIT = 64;
/** Above it, where no idle instance of the fastest kind is known, among so many chosen by a hash. */
export const SAMPLE_SIZE = 16;

/** Whether an answer at this time is of use: there is one at all, and not after the deadline. */
export function isInTime(time: number, call: Call): boolean {
  return time !== NEVER && time <= call.deadlineAt;
}

/** Completions are whole nanoseconds. */
const ROUNDING = 1;

/** The last second is kept in tenths. */
const LOAD_BUCKETS = 10;
const BUCKET = SECOND / LOAD_BUCKETS;

/**
 * What would happen to one more attempt, by the truth of the moment: current queues, known draws and scheduled faults,
 * without later arrivals. Verdicts are judged by it; no layer may read it.
 */
export class Truth implements LoadWatcher, MembershipWatcher {
  readonly service: Service;
  /** For large pools: instances of the fastest kind, without faults, and which of all are sound and have a free slot. */
  private readonly fastest: Uint8Array | null;
  private readonly idle: Uint8Array;
  private idleFastest = 0;
  private readonly fastestSlowness: number;
  /** The least time that a unit of work takes in any instance at any time, whatever its faults. */
  private readonly leastSlowness: number;
  /** Work takes its time whatever else the instance does, and to get there takes none. */
  private readonly isSimple: boolean;
  /** Work offered in each tenth of the last second, and what the pool can do in a second. */
  private readonly offered = new Float64Array(LOAD_BUCKETS);
  private offeredTotal = 0;
  private place = 0;
  private bucketEnd = BUCKET;
  private capacity = 0;

  constructor(service: Service) {
    this.service = service;
    const { instances, spec } = service;
    for (const instance of instances) instance.schedule = new SlotSchedule();
    this.idle = new Uint8Array(instances.length);
    this.fastestSlowness = instances.reduce((least, { slowness }) => Math.min(least, slowness), NEVER);
    this.leastSlowness = instances.reduce(
      (least, { slowness, profile }) => Math.min(least, profile === null ? slowness : slowness / profile.topSpeed),
      NEVER,
    );
    this.isSimple = spec.contention === 0 && spec.warmUp.span === 0 && service.network === null;
    const large = instances.length > SCAN_LIMIT && this.isSimple && spec.errorRate === 0 && spec.wrongRate === 0;
    this.fastest = large
      ? Uint8Array.from(instances, ({ slowness, profile }) =>
          profile === null && slowness === this.fastestSlowness ? 1 : 0,
        )
      : null;
    if (large) {
      service.loadWatchers.push(this);
      for (const instance of instances) this.loadChanged(instance);
    }
    service.membershipWatchers.push(this);
    this.membershipChanged();
  }

  /** How the best instance is found: by looking at all, or by an index and a sample. */
  get method(): 'scan' | 'sample' {
    return this.service.instances.length <= SCAN_LIMIT ? 'scan' : 'sample';
  }

  loadChanged(instance: Instance): void {
    const { index } = instance;
    const isFree = instance.state === READY && instance.busy < instance.slots && instance.waiting === 0;
    const isSound = instance.errorRate === 0 && instance.wrongRate === 0 && instance.unreachableShare === 0;
    const idle = isFree && isSound ? 1 : 0;
    if (idle === this.idle[index]) return;
    this.idle[index] = idle;
    if (this.fastest !== null && this.fastest[index] === 1) this.idleFastest += idle === 1 ? 1 : -1;
  }

  readonly followsInstances = true;

  membershipChanged(): void {
    let capacity = 0;
    for (const index of this.service.ready) {
      const { slots, slowness } = this.service.instances[index];
      capacity += (slots / slowness) * SECOND;
    }
    this.capacity = capacity;
    if (this.fastest !== null) for (const instance of this.service.instances) this.loadChanged(instance);
  }

  /** When one more attempt, which arrives then, would begin to be worked on. */
  startAt(instance: Instance, now: number, arrival: number): number {
    if (instance.busy < instance.slots && instance.waiting === 0) return arrival;
    const { discipline, lifoAbove } = this.service.spec.queue;
    if (discipline === 'lifo' || (discipline === 'adaptiveLifo' && instance.waiting >= lifoAbove)) {
      return Math.max(arrival, this.firstToFinish(instance));
    }
    const schedule = instance.schedule!;
    if (!schedule.valid) this.rebuild(instance, schedule, now);
    return Math.max(arrival, schedule.earliest);
  }

  /** When a slot will be free for the newest that waits. */
  private firstToFinish(instance: Instance): number {
    if (instance.busy > instance.slots) return this.firstOfFewer(instance);
    let first = NEVER;
    for (const job of instance.running) first = Math.min(first, this.endOf(job));
    return first;
  }

  /** When a job leaves its slot; for one that waits for calls of its own, as long as such waits have lately taken. */
  private endOf(job: Job): number {
    return job.state === CALLING ? job.callingSince + this.service.callTime : job.finishAt;
  }

  /** The same while a fault leaves fewer slots than are in use. */
  private firstOfFewer(instance: Instance): number {
    const schedule = instance.schedule!;
    schedule.valid = false;
    this.addSlots(instance, schedule, 0);
    return schedule.earliest;
  }

  private rebuild(instance: Instance, schedule: SlotSchedule, now: number): void {
    this.addSlots(instance, schedule, now);
    const { queue } = instance;
    for (let i = 0; i < queue.length; i++) {
      const job = queue.at(i);
      if (job.state === CANCELLED_IN_QUEUE) continue;
      const start = Math.max(now, schedule.earliest);
      if (this.service.sheds(start, job.enqueuedAt, instance.emptyAt)) continue;
      schedule.replaceEarliest(this.service.completion(instance, start, job.work, instance.slots));
    }
    schedule.valid = true;
  }

  /** When each slot will be free of what is in it now. */
  private addSlots(instance: Instance, schedule: SlotSchedule, now: number): void {
    schedule.clear();
    for (const job of instance.running) schedule.add(this.endOf(job));
    for (let free = instance.slots - instance.busy; free > 0; free--) schedule.add(now);
    // Where a fault leaves fewer slots than are in use, the first to be free are gone.
    for (let over = instance.busy - instance.slots; over > 0; over--) schedule.dropEarliest();
    if (instance.slots === 0) schedule.add(NEVER);
  }

  /** When this instance would have answered the call's dispatch with this ordinal, well; `NEVER` if it would not. */
  completion(instance: Instance, call: Call, ordinal: number, work: number, now: number): number {
    const { service } = this;
    if (instance.state !== READY || service.cannotReach(call, instance)) return NEVER;
    if (instance.busy >= instance.slots && instance.waiting >= service.spec.queue.limit) return NEVER;
    if (service.wouldFail(call, ordinal, instance) || service.wouldBeWrong(call, ordinal, instance)) return NEVER;
    const arrival = now + service.travelTime(call, instance, ordinal, 0);
    if (arrival === NEVER) return NEVER;
    const start = this.startAt(instance, now, arrival);
    if (start === NEVER) return NEVER;
    if (start > arrival && service.sheds(start, arrival, instance.waiting === 0 ? arrival : instance.emptyAt)) {
      return NEVER;
    }
    // Calls that have not been made cannot be foreseen: they are taken to last as they lately did.
    const worked = service.completion(instance, start, work, Math.min(instance.busy + 1, instance.slots));
    return worked + service.timeInStages(call, instance, ordinal) + service.travelTime(call, instance, ordinal, 1);
  }

  /** Whether this instance would finish the call's next dispatch in time. */
  couldServe(target: number, call: Call, now: number): boolean {
    const ordinal = call.dispatches;
    const work = this.service.workOf(call, ordinal);
    return isInTime(this.completion(this.service.instances[target], call, ordinal, work, now), call);
  }

  /** The earliest that any instance would have answered the call's next dispatch; `NEVER` if none would. */
  bestCompletion(call: Call, work: number, now: number): number {
    const { service } = this;
    const { instances, ready } = service;
    const ordinal = call.dispatches;
    if (instances.length <= SCAN_LIMIT) {
      let best = NEVER;
      for (const index of ready) {
        const time = this.completion(instances[index], call, ordinal, work, now);
        if (time < best) best = time;
      }
      return best;
    }
    if (this.idleFastest > 0) return now + Math.floor(work * this.fastestSlowness + 0.5);
    let best = NEVER;
    for (let i = 0; i < SAMPLE_SIZE && ready.length > 0; i++) {
      const at = (mix(call.pathLow ^ mix(call.pathHigh + i)) >>> 0) % ready.length;
      const time = this.completion(instances[ready[at]], call, ordinal, work, now);
      if (time < best) best = time;
    }
    return best;
  }

  /** Whether some instance would have answered the call's next dispatch more than `delay` before `time`. */
  isBeaten(time: number, call: Call, work: number, delay: number, now: number): boolean {
    // Most choices are so good that none could beat them by so much: no instance is faster than this, even if idle.
    if (this.isSimple && time - delay <= now + work * this.leastSlowness - ROUNDING) return false;
    return time - this.bestCompletion(call, work, now) > delay;
  }

  /**
   * Whether an instance would begin one more attempt at once and answer it well, at most `delay` later than the fastest
   * instance could if it were idle. Quick to tell of most choices; false where it is not.
   */
  isNearlyBest(instance: Instance, work: number, delay: number): boolean {
    return (
      this.isSimple &&
      instance.profile === null &&
      instance.busy < instance.slots &&
      instance.waiting === 0 &&
      instance.state === READY &&
      instance.errorRate === 0 &&
      instance.wrongRate === 0 &&
      instance.unreachableShare === 0 &&
      work * (instance.slowness - this.fastestSlowness) <= delay
    );
  }

  /** An attempt with so much work was dispatched into the service. */
  offer(work: number, now: number): void {
    this.forgetOldWork(now);
    this.offered[this.place] += work;
    this.offeredTotal += work;
  }

  /** Whether more work was offered over the last second than the ready instances can do in one. */
  isOverloaded(now: number): boolean {
    this.forgetOldWork(now);
    return this.offeredTotal > this.capacity;
  }

  /** The fewest instances that keep this share of their slots in use at the work offered over the last second. */
  instancesNeeded(target: number, now: number): number {
    this.forgetOldWork(now);
    const { spec } = this.service;
    const slots = this.offeredTotal / SECOND;
    return Math.min(spec.instances.max, -Math.floor(-slots / (spec.concurrency * target)));
  }

  private forgetOldWork(now: number): void {
    if (now < this.bucketEnd) return;
    if (now >= this.bucketEnd + SECOND) {
      this.offered.fill(0);
      this.offeredTotal = 0;
      this.bucketEnd = Math.floor(now / BUCKET) * BUCKET;
    }
    while (now >= this.bucketEnd) {
      this.bucketEnd += BUCKET;
      this.place = this.place + 1 === LOAD_BUCKETS ? 0 : this.place + 1;
      this.offeredTotal -= this.offered[this.place];
      this.offered[this.place] = 0;
    }
  }
}
