import { buildDistribution } from '../kernel/distributions/index.ts';
import type { Distribution } from '../kernel/distributions/index.ts';
import { PHASE_ANSWER, PHASE_WORLD } from '../kernel/event-queue.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Pool } from '../kernel/pool.ts';
import { Draw, uniform } from '../kernel/random.ts';
import type { RootKey } from '../kernel/random.ts';
import { NEVER, wholeNanoseconds } from '../kernel/time.ts';
import type { Call } from './call.ts';
import { ABSENT, DOWN, Instance, LEAVING, READY, STARTING } from './instance.ts';
import { CANCELLED_IN_QUEUE, FINISHED, QUEUED, RUNNING, SHED as SHED_STATE } from './job.ts';
import type { Awaiter, Job } from './job.ts';
import {
  CAPPED,
  CRASHED,
  ERROR,
  FROM_INSTANCE,
  makeResult,
  makeWrong,
  NOT_READY,
  OVERFLOW,
  REFUSED,
  SERVED_OK,
  SERVER_ERROR,
  SHED,
  UNREACHABLE,
} from './result.ts';
import type { Result } from './result.ts';
import type { ServiceSpec } from './spec.ts';
import type { SpeedProfile } from './speed-profile.ts';

const CRASHED_RESULT = makeResult(ERROR, CRASHED, FROM_INSTANCE);
const ERROR_RESULT = makeResult(ERROR, SERVER_ERROR, FROM_INSTANCE);
const UNREACHABLE_RESULT = makeResult(ERROR, UNREACHABLE, FROM_INSTANCE);
const OVERFLOW_RESULT = makeResult(REFUSED, OVERFLOW, FROM_INSTANCE);
const NOT_READY_RESULT = makeResult(REFUSED, NOT_READY, FROM_INSTANCE);
const CAPPED_RESULT = makeResult(REFUSED, CAPPED, FROM_INSTANCE);
const SHED_RESULT = makeResult(REFUSED, SHED, FROM_INSTANCE);
const WRONG_RESULT = makeWrong(SERVED_OK);

/** `refusal` of a dispatch that was dropped in silence: no answer will ever come. */
export const SILENCE = -1 as Result;

/** A queue is swept when so many more of its jobs are cancelled than wait. */
const SWEEP_AT = 16;

/** Is told of every change of an instance's load (jobs waiting and in service), for metrics and indexes. */
export interface LoadWatcher {
  loadChanged(instance: Instance): void;
}

/** Is told when an instance became ready, began to leave, went down or came back. */
export interface MembershipWatcher {
  membershipChanged(service: Service): void;
}

/** What a service needs of the world around it. */
export interface ServiceSurroundings {
  readonly kernel: Kernel;
  readonly jobs: Pool<Job>;
  readonly root: RootKey;
  /** Most jobs in all services at once. */
  readonly cap: number;
  /** Codes of the events that bring this service's jobs and instances on. */
  readonly completionCode: number;
  readonly readyCode: number;
  /** The last job of an ended call is gone. */
  callIsFree(call: Call): void;
  /** The client that a call comes from. */
  clientOf(call: Call): number;
}

/** A pool of instances that serve calls. */
export class Service {
  readonly index: number;
  readonly spec: ServiceSpec;
  readonly instances: Instance[];
  /** Indices of the instances that are ready, in order. */
  readonly ready: number[] = [];
  readonly loadWatchers: LoadWatcher[] = [];
  readonly membershipWatchers: MembershipWatcher[] = [];

  /** Why the last `dispatch` gave no job: an answer at once, or `SILENCE`. */
  refusal: Result = SERVED_OK;

  /** Totals since the start. */
  dispatches = 0;
  duplicates = 0;
  overflowed = 0;
  capped = 0;
  /** Replicas last asked for: initial ones, or what an autoscaler wants. */
  wanted: number;

  private readonly around: ServiceSurroundings;
  private readonly demand: Distribution;
  private readonly noise: Distribution;
  private readonly coldStart: Distribution;
  private readonly demandDraw: Draw;
  private readonly noiseDraw: Draw;
  private readonly errorDraw: Draw;
  private readonly wrongDraw: Draw;
  private readonly grayDraw: Draw;
  private readonly coldStartDraw: Draw;
  private launches = 0;

  constructor(
    index: number,
    spec: ServiceSpec,
    around: ServiceSurroundings,
    profiles: readonly (SpeedProfile | null)[],
  ) {
    this.index = index;
    this.spec = spec;
    this.around = around;
    this.demand = buildDistribution(spec.demand);
    this.noise = buildDistribution(spec.noise);
    this.coldStart = buildDistribution(spec.coldStart);
    const { root } = around;
    this.demandDraw = new Draw(root, 'demand', spec.name);
    this.noiseDraw = new Draw(root, 'noise', spec.name);
    this.errorDraw = new Draw(root, 'error', spec.name);
    this.wrongDraw = new Draw(root, 'wrong', spec.name);
    this.grayDraw = new Draw(root, 'gray', spec.name);
    this.coldStartDraw = new Draw(root, 'coldStart', spec.name);
    this.wanted = spec.instances.initial;
    const slowness = slownessOf(spec, root);
    this.instances = slowness.map((factor, i) => {
      const instance = new Instance(i, spec.concurrency, factor, profiles[i] ?? null);
      instance.errorRate = spec.errorRate;
      instance.wrongRate = spec.wrongRate;
      return instance;
    });
    for (let i = 0; i < spec.instances.initial; i++) {
      const instance = this.instances[i];
      instance.state = READY;
      // Ready long ago: no warm-up.
      instance.startedAt = instance.readyAt = instance.readySince = -NEVER;
      this.ready.push(i);
    }
  }

  // --- what is drawn ---------------------------------------------------------------------------------------------

  /** Work at full speed of the call's dispatch with this ordinal, nanoseconds. */
  workOf(call: Call, ordinal: number): number {
    if (call.workOrdinal === ordinal) return call.work;
    if (call.demand < 0) call.demand = this.demand.sample(this.demandDraw.at(call.pathHigh, call.pathLow, 0));
    call.workOrdinal = ordinal;
    call.work = call.demand * this.noise.sample(this.noiseDraw.at(call.pathHigh, call.pathLow, ordinal));
    return call.work;
  }

  /** Whether the dispatch with this ordinal would be answered with an error by this instance. */
  wouldFail(call: Call, ordinal: number, instance: Instance): boolean {
    return (
      instance.errorRate > 0 && uniform(this.errorDraw.at(call.pathHigh, call.pathLow, ordinal)) < instance.errorRate
    );
  }

  /** Whether its answer would be a 200 that is wrong. */
  wouldBeWrong(call: Call, ordinal: number, instance: Instance): boolean {
    return (
      instance.wrongRate > 0 && uniform(this.wrongDraw.at(call.pathHigh, call.pathLow, ordinal)) < instance.wrongRate
    );
  }

  /** Whether this caller cannot reach this instance (a gray failure). */
  cannotReach(call: Call, instance: Instance): boolean {
    if (instance.unreachableShare === 0) return false;
    return uniform(this.grayDraw.at(call.source, this.around.clientOf(call), 0)) < instance.unreachableShare;
  }

  /** When work begun at `start` with `busy` slots in use (its own included) is done; `NEVER` if it will not be. */
  completion(instance: Instance, start: number, work: number, busy: number): number {
    let length = work * instance.slowness;
    const { contention, warmUp } = this.spec;
    if (contention > 0) length *= 1 + contention * (busy - 1);
    if (warmUp.span > 0) {
      const age = start - instance.readySince;
      if (age < warmUp.span) length *= 1 + (warmUp.factor - 1) * (1 - age / warmUp.span);
    }
    const { profile } = instance;
    if (profile === null) return start + wholeNanoseconds(length);
    return profile.finish(start, wholeNanoseconds(length * profile.startFactor(start)));
  }

  // --- dispatching -----------------------------------------------------------------------------------------------

  /**
   * Sends one attempt to an instance; takes the call's next ordinal. Returns its job, or null with the reason in
   * `refusal` where it is answered at once or dropped in silence.
   */
  dispatch(call: Call, target: number, awaiter: Awaiter, now: number): Job | null {
    const ordinal = call.dispatches++;
    this.dispatches++;
    const instance = this.instances[target];
    if (instance.state !== READY) {
      return this.refuse(instance.state === DOWN ? CRASHED_RESULT : NOT_READY_RESULT);
    }
    if (this.cannotReach(call, instance)) return this.refuse(UNREACHABLE_RESULT);
    const { around, spec } = this;
    const starts = instance.busy < instance.slots;
    if (!starts && instance.waiting >= spec.queue.limit) {
      this.overflowed++;
      if (spec.queue.overflow === 'refuse') return this.refuse(OVERFLOW_RESULT);
      call.dropped++;
      return this.refuse(SILENCE);
    }
    if (around.jobs.live >= around.cap) {
      this.capped++;
      return this.refuse(CAPPED_RESULT);
    }
    const job = around.jobs.take();
    job.call = call;
    job.awaiter = awaiter;
    job.service = this.index;
    job.instance = target;
    job.ordinal = ordinal;
    job.extra = ordinal > 0;
    job.work = this.workOf(call, ordinal);
    job.enqueuedAt = now;
    call.jobs++;
    instance.touch(now);
    const { schedule } = instance;
    if (starts) {
      if (schedule !== null) schedule.valid = false;
      this.start(instance, job, now);
    } else {
      if (schedule !== null && schedule.valid) {
        const start = Math.max(now, schedule.earliest);
        if (!this.sheds(start, now, instance.waiting === 0 ? now : instance.emptyAt)) {
          schedule.replaceEarliest(this.completion(instance, start, job.work, instance.slots));
        }
      }
      job.state = QUEUED;
      if (instance.waiting === 0) instance.emptyAt = now;
      instance.queue.push(job);
      instance.waiting++;
    }
    if (this.loadWatchers.length > 0) this.loadHasChanged(instance);
    return job;
  }

  private refuse(result: Result): null {
    this.refusal = result;
    return null;
  }

  private start(instance: Instance, job: Job, now: number): void {
    instance.busy++;
    if (job.awaiter === null) instance.busyAbandoned++;
    job.state = RUNNING;
    job.startedAt = now;
    job.place = instance.running.push(job) - 1;
    job.finishAt = this.completion(instance, now, job.work, instance.busy);
    this.around.kernel.scheduleAt(job.finishAt, PHASE_ANSWER, this.around.completionCode, job.id);
  }

  /** The completion event of a job that is still awaited by the clock: it is done, or it has been shed. */
  completed(job: Job, now: number): void {
    if (job.state === SHED_STATE) {
      this.answerShed(job);
      return;
    }
    const instance = this.instances[job.instance];
    const call = job.call!;
    instance.touch(now);
    this.leaveSlot(instance, job);
    const failed = this.wouldFail(call, job.ordinal, instance);
    if (!failed && call.effects++ > 0 && this.spec.effect === 'once') this.duplicates++;
    const { awaiter } = job;
    if (awaiter !== null) call.waited = job.startedAt - job.enqueuedAt;
    const wrong = !failed && awaiter !== null && this.wouldBeWrong(call, job.ordinal, instance);
    this.startWaiting(instance, now);
    this.forget(job);
    if (awaiter !== null) awaiter.answered(failed ? ERROR_RESULT : wrong ? WRONG_RESULT : SERVED_OK);
  }

  private leaveSlot(instance: Instance, job: Job): void {
    instance.busy--;
    if (job.awaiter === null) instance.busyAbandoned--;
    const { running } = instance;
    const last = running.pop()!;
    if (last !== job) {
      running[job.place] = last;
      last.place = job.place;
    }
    job.finishAt = NEVER;
  }

  /** Fills free slots from the queue, in its discipline's order. */
  private startWaiting(instance: Instance, now: number): void {
    while (instance.waiting > 0 && instance.busy < instance.slots) {
      const job = this.nextWaiting(instance, now);
      if (job === null) break;
      this.start(instance, job, now);
    }
    if (instance.waiting === 0) {
      instance.emptyAt = now;
      if (instance.queue.length > 0) this.sweep(instance);
    }
    if (instance.state === LEAVING && instance.busy === 0 && instance.waiting === 0) instance.state = ABSENT;
    if (this.loadWatchers.length > 0) this.loadHasChanged(instance);
  }

  private nextWaiting(instance: Instance, now: number): Job | null {
    const { queue } = instance;
    const { discipline, lifoAbove } = this.spec.queue;
    while (queue.length > 0) {
      const newestFirst = discipline === 'lifo' || (discipline === 'adaptiveLifo' && instance.waiting > lifoAbove);
      const job = newestFirst ? queue.newest() : queue.oldest();
      if (job.state === CANCELLED_IN_QUEUE) {
        this.forget(job);
        continue;
      }
      instance.waiting--;
      // A turn that the schedule, which foresees the oldest first, does not have.
      if (newestFirst && instance.schedule !== null) instance.schedule.valid = false;
      if (this.sheds(now, job.enqueuedAt, instance.emptyAt)) {
        this.shed(job, now);
        continue;
      }
      return job;
    }
    return null;
  }

  /**
   * Whether CoDel gives up a job whose turn comes at `now`: it has waited too long, which is less while the queue has
   * been standing since `emptyAt`.
   */
  sheds(now: number, enqueuedAt: number, emptyAt: number): boolean {
    const { discipline, interval, target } = this.spec.queue;
    return discipline === 'codel' && now - enqueuedAt > (now - emptyAt > interval ? target : interval);
  }

  /**
   * A queue's discipline gives a waiting job up. Its caller learns it by an event of its own: who is told at once may
   * send or give up other jobs of this very instance, whose state is being changed.
   */
  private shed(job: Job, now: number): void {
    const { awaiter, call } = job;
    if (awaiter === null) {
      this.forget(job);
    } else if (this.spec.queue.overflow === 'drop') {
      call!.dropped++;
      this.forget(job);
      awaiter.dropped();
    } else {
      job.state = SHED_STATE;
      job.finishAt = now;
      this.around.kernel.scheduleAt(now, PHASE_ANSWER, this.around.completionCode, job.id);
    }
  }

  private answerShed(job: Job): void {
    const { awaiter } = job;
    job.finishAt = NEVER;
    this.forget(job);
    if (awaiter !== null) awaiter.answered(SHED_RESULT);
  }

  /** Takes the cancelled jobs out of a queue. */
  private sweep(instance: Instance): void {
    const { queue } = instance;
    for (let left = queue.length; left > 0; left--) {
      const job = queue.oldest();
      if (job.state === CANCELLED_IN_QUEUE) this.forget(job);
      else queue.push(job);
    }
  }

  /** The caller has given up on this job; what becomes of it is the service's `cancellation`. */
  abandon(job: Job, now: number): void {
    const instance = this.instances[job.instance];
    const { cancellation } = this.spec;
    if (cancellation !== 'none' && instance.schedule !== null) instance.schedule.valid = false;
    if (job.state === QUEUED && cancellation !== 'none') {
      instance.touch(now);
      job.awaiter = null;
      job.state = CANCELLED_IN_QUEUE;
      instance.waiting--;
      if (instance.waiting === 0) instance.emptyAt = now;
      // Lazily, in bulk: O(1) for each job. Else what nobody awaits would pile up under a last-in-first-out queue.
      if (instance.waiting === 0 || instance.queue.length > 2 * instance.waiting + SWEEP_AT) this.sweep(instance);
      if (this.loadWatchers.length > 0) this.loadHasChanged(instance);
      return;
    }
    if (job.state !== RUNNING) {
      job.awaiter = null;
      return;
    }
    instance.touch(now);
    if (cancellation === 'full') {
      this.leaveSlot(instance, job);
      job.awaiter = null;
      this.startWaiting(instance, now);
      this.forget(job);
      return;
    }
    job.awaiter = null;
    instance.busyAbandoned++;
  }

  private forget(job: Job): void {
    const call = job.call!;
    job.state = FINISHED;
    job.awaiter = null;
    job.call = null;
    this.around.jobs.give(job);
    if (--call.jobs === 0 && call.ended) this.around.callIsFree(call);
  }

  private loadHasChanged(instance: Instance): void {
    for (const watcher of this.loadWatchers) watcher.loadChanged(instance);
  }

  // --- the pool --------------------------------------------------------------------------------------------------

  /** Instances that are ready or on the way. */
  get present(): number {
    let count = 0;
    for (const instance of this.instances) {
      if (instance.state === READY || instance.state === STARTING || instance.state === DOWN) count++;
    }
    return count;
  }

  /** Launches or removes instances until `count` are present; never beyond the world's `max`. */
  scaleTo(count: number, now: number): void {
    const wanted = Math.max(0, Math.min(count, this.spec.instances.max));
    this.wanted = wanted;
    let { present } = this;
    for (let i = 0; i < this.instances.length && present < wanted; i++) {
      if (this.instances[i].state !== ABSENT) continue;
      this.launch(this.instances[i], now);
      present++;
    }
    for (let i = this.instances.length - 1; i >= 0 && present > wanted; i--) {
      const { state } = this.instances[i];
      if (state !== READY && state !== STARTING && state !== DOWN) continue;
      this.remove(this.instances[i], now);
      present--;
    }
    this.membershipHasChanged();
  }

  private launch(instance: Instance, now: number): void {
    instance.touch(now);
    instance.state = STARTING;
    instance.startedAt = now;
    instance.readySince = NEVER;
    instance.readyChangedAt = now;
    const delay = this.coldStart.sample(this.coldStartDraw.at(0, this.launches++, 0));
    instance.readyAt = now + wholeNanoseconds(delay);
    const id = this.index * MAX_INSTANCES + instance.index;
    this.around.kernel.scheduleAt(instance.readyAt, PHASE_WORLD, this.around.readyCode, id);
  }

  /** A launched instance has come up. */
  becomeReady(index: number, now: number): void {
    const instance = this.instances[index];
    if (instance.state !== STARTING || instance.readyAt !== now) return;
    instance.touch(now);
    // A crash that lasts takes down what comes up meanwhile, too.
    instance.state = instance.profile !== null && instance.profile.isDown(now) ? DOWN : READY;
    instance.readySince = now;
    instance.readyChangedAt = now;
    this.membershipHasChanged();
  }

  private remove(instance: Instance, now: number): void {
    instance.touch(now);
    instance.readySince = NEVER;
    instance.readyChangedAt = now;
    instance.state = instance.busy > 0 || instance.waiting > 0 ? LEAVING : ABSENT;
  }

  /** An instance crashes: what it held is answered with an error. */
  crash(index: number, now: number): boolean {
    const instance = this.instances[index];
    if (instance.state !== READY && instance.state !== LEAVING) return false;
    instance.touch(now);
    instance.state = instance.state === READY ? DOWN : ABSENT;
    instance.readyChangedAt = now;
    if (instance.schedule !== null) instance.schedule.valid = false;
    const lost: Job[] = instance.running.slice();
    for (const job of lost) this.leaveSlot(instance, job);
    while (instance.queue.length > 0) {
      const job = instance.queue.oldest();
      if (job.state === CANCELLED_IN_QUEUE) this.forget(job);
      else lost.push(job);
    }
    instance.waiting = 0;
    instance.emptyAt = now;
    this.membershipHasChanged();
    if (this.loadWatchers.length > 0) this.loadHasChanged(instance);
    // One answer may make a caller give up others of these: they are in no instance any more.
    for (const job of lost) job.state = FINISHED;
    for (const job of lost) {
      const { awaiter } = job;
      this.forget(job);
      if (awaiter !== null) awaiter.answered(CRASHED_RESULT);
    }
    return true;
  }

  /** A crashed instance is back, empty. */
  restore(index: number, now: number): void {
    const instance = this.instances[index];
    if (instance.state !== DOWN) return;
    instance.touch(now);
    instance.state = READY;
    instance.readySince = now;
    instance.readyChangedAt = now;
    this.membershipHasChanged();
  }

  /** Slots of an instance change; those in use are not taken away. */
  resize(index: number, slots: number, now: number): void {
    const instance = this.instances[index];
    instance.touch(now);
    instance.slots = slots;
    if (instance.schedule !== null) instance.schedule.valid = false;
    this.startWaiting(instance, now);
  }

  /** A fault has changed how an instance answers. */
  answersHaveChanged(index: number): void {
    this.loadHasChanged(this.instances[index]);
  }

  private membershipHasChanged(): void {
    this.ready.length = 0;
    for (const instance of this.instances) if (instance.state === READY) this.ready.push(instance.index);
    for (const watcher of this.membershipWatchers) watcher.membershipChanged(this);
  }
}

/** Most instances of one service. */
export const MAX_INSTANCES = 65536;

function slownessOf(spec: ServiceSpec, root: RootKey): number[] {
  const { max } = spec.instances;
  const slowness: number[] = [];
  if (isList(spec.slowness)) {
    for (let i = 0; i < max; i++) slowness.push(spec.slowness[i % spec.slowness.length]);
    return slowness;
  }
  const distribution = buildDistribution(spec.slowness);
  const draw = new Draw(root, 'slowness', spec.name);
  for (let i = 0; i < max; i++) slowness.push(distribution.sample(draw.at(0, i, 0)));
  return slowness;
}

function isList(slowness: ServiceSpec['slowness']): slowness is readonly number[] {
  return Array.isArray(slowness);
}
