import { buildDistribution } from '../kernel/distributions/index.ts';
import type { Distribution } from '../kernel/distributions/index.ts';
import { PHASE_ANSWER, PHASE_WORLD } from '../kernel/event-queue.ts';
import type { Pool } from '../kernel/pool.ts';
import { Draw, uniform } from '../kernel/random.ts';
import type { RootKey } from '../kernel/random.ts';
import { NEVER, wholeNanoseconds } from '../kernel/time.ts';
import type { Call } from './call.ts';
import { CallPlan } from './call-plan.ts';
import type { PlanOwner, PlanSurroundings } from './call-plan.ts';
import { ABSENT, DOWN, Instance, LEAVING, READY, STARTING } from './instance.ts';
import { ANSWERING, CALLING, CANCELLED_IN_QUEUE, FINISHED, GIVEN_UP, QUEUED, RUNNING, TRAVELLING } from './job.ts';
import type { Awaiter, Job } from './job.ts';
import { JobQueue } from './job-queue.ts';
import type { Network } from './network.ts';
import { PriorityQueue } from './priority-queue.ts';
import {
  CAPPED,
  CONFLICT,
  CRASHED,
  DEADLINE_EXCEEDED,
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
  TIMED_OUT,
  UNREACHABLE,
} from './result.ts';
import type { Result } from './result.ts';
import type { ServiceSpec } from './spec.ts';
import type { SpeedProfile } from './speed-profile.ts';

const CRASHED_RESULT = makeResult(ERROR, CRASHED, FROM_INSTANCE);
const CONFLICT_RESULT = makeResult(ERROR, CONFLICT, FROM_INSTANCE);
const ERROR_RESULT = makeResult(ERROR, SERVER_ERROR, FROM_INSTANCE);
const UNREACHABLE_RESULT = makeResult(ERROR, UNREACHABLE, FROM_INSTANCE);
const OVERFLOW_RESULT = makeResult(REFUSED, OVERFLOW, FROM_INSTANCE);
const NOT_READY_RESULT = makeResult(REFUSED, NOT_READY, FROM_INSTANCE);
const CAPPED_RESULT = makeResult(REFUSED, CAPPED, FROM_INSTANCE);
const SHED_RESULT = makeResult(REFUSED, SHED, FROM_INSTANCE);
const EXPIRED_RESULT = makeResult(TIMED_OUT, DEADLINE_EXCEEDED, FROM_INSTANCE);
const WRONG_RESULT = makeWrong(SERVED_OK);

/** `refusal` of a dispatch that was taken in. */
const ACCEPTED = -2 as Result;

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
export interface ServiceSurroundings extends PlanSurroundings {
  readonly jobs: Pool<Job>;
  readonly network: Network | null;
  /** Most jobs in all services at once. */
  readonly cap: number;
  /** Codes of the events that bring this service's jobs and instances on. */
  readonly completionCode: number;
  readonly readyCode: number;
  /** The client that a call comes from. */
  clientOf(call: Call): number;
}

/** A pool of instances that serve calls. */
export class Service implements PlanOwner {
  readonly index: number;
  readonly spec: ServiceSpec;
  readonly instances: Instance[];
  /** Indices of the instances that are ready, in order. */
  readonly ready: number[] = [];
  readonly loadWatchers: LoadWatcher[] = [];
  readonly membershipWatchers: MembershipWatcher[] = [];

  /** Why the last `dispatch` gave no job: an answer at once, or `SILENCE`. */
  refusal: Result = SERVED_OK;

  /** What its jobs call while they serve; null for a leaf. */
  readonly plan: CallPlan | null;

  /** Totals since the start: logical calls to it, and dispatches of them. */
  calls = 0;
  dispatches = 0;
  duplicates = 0;
  /** How long jobs have lately waited for the calls of a stage, nanoseconds: a moving mean. */
  callTime = 0;
  /** Effects that were carried out after nobody waited for them any more. */
  lateEffects = 0;
  overflowed = 0;
  capped = 0;
  /** Replicas last asked for: initial ones, or what an autoscaler wants. */
  wanted: number;

  /** What lies between it and its callers; null without a network. */
  readonly network: Network | null;

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
    this.network = around.network;
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
    this.plan = spec.stages.length === 0 ? null : new CallPlan(this, around);
    const slowness = slownessOf(spec, root);
    this.instances = slowness.map((factor, i) => {
      const queue = spec.queue.discipline === 'priority' ? new PriorityQueue() : new JobQueue();
      const instance = new Instance(i, spec.concurrency, factor, profiles[i] ?? null, queue, spec.zones[i] ?? -1);
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
    if (call.demand < 0) call.demand = this.demand.sample(this.demandDraw.at(call.sizeHigh, call.sizeLow, 0));
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
    return this.isUnreachable(instance, call.source, this.around.clientOf(call));
  }

  /** Whether a gray failure keeps this client of a source from this instance. */
  isUnreachable({ unreachableShare }: Instance, source: number, client: number): boolean {
    return unreachableShare > 0 && uniform(this.grayDraw.at(source, client, 0)) < unreachableShare;
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
    const { jobs, cap, network } = this.around;
    if (network !== null && network.isCut(call.zone, instance.zone)) return this.refuse(call, SILENCE);
    if (jobs.live >= cap) {
      this.capped++;
      return this.refuse(call, CAPPED_RESULT);
    }
    const delay = network === null ? 0 : network.delay(call.zone, instance.zone, call, ordinal, 0);
    if (delay > 0) {
      const job = this.makeJob(call, target, ordinal, awaiter);
      job.state = TRAVELLING;
      this.expect(job, now + delay);
      return job;
    }
    const refusal = this.refusalAt(instance, call, now);
    if (refusal !== ACCEPTED) return this.refuse(call, refusal);
    const job = this.makeJob(call, target, ordinal, awaiter);
    this.take(instance, job, now);
    return job;
  }

  private refuse(call: Call, result: Result): null {
    if (result === SILENCE) call.dropped++;
    this.refusal = result;
    return null;
  }

  private makeJob(call: Call, target: number, ordinal: number, awaiter: Awaiter): Job {
    const job = this.around.jobs.take();
    job.call = call;
    job.awaiter = awaiter;
    job.service = this.index;
    job.instance = target;
    job.ordinal = ordinal;
    job.priority = call.priority;
    job.extra = ordinal > 0;
    job.place = -1;
    job.asidePlace = -1;
    job.stage = 0;
    job.wrong = false;
    if (job.undo.length > 0) job.undo.length = 0;
    call.jobs++;
    return job;
  }

  /** The job's next event is due at `time`. */
  private expect(job: Job, time: number): void {
    job.finishAt = time;
    this.around.kernel.scheduleAt(time, PHASE_ANSWER, this.around.completionCode, job.id);
  }

  /** Whether an instance takes an attempt in: `ACCEPTED`, an answer, or `SILENCE`. */
  private refusalAt(instance: Instance, call: Call, now: number): Result {
    if (instance.state !== READY) return instance.state === DOWN ? CRASHED_RESULT : NOT_READY_RESULT;
    if (this.cannotReach(call, instance)) return UNREACHABLE_RESULT;
    const { spec } = this;
    if (spec.dropsExpired && now > call.deadlineAt) return EXPIRED_RESULT;
    if (instance.busy < instance.slots || instance.waiting < spec.queue.limit) return ACCEPTED;
    this.overflowed++;
    return spec.queue.overflow === 'refuse' ? OVERFLOW_RESULT : SILENCE;
  }

  /** An attempt comes in: into a slot if one is free, else into the queue. */
  private take(instance: Instance, job: Job, now: number): void {
    job.work = this.workFor(job);
    job.enqueuedAt = now;
    instance.touch(now);
    const { schedule } = instance;
    if (instance.busy < instance.slots) {
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
  }

  /** The work of a job before its first calls: none of its own again where it resumes at a checkpoint. */
  private workFor(job: Job): number {
    const call = job.call!;
    const { plan } = this;
    if (plan === null) return this.workOf(call, job.ordinal);
    if (this.spec.checkpoints) job.stage = call.progress;
    return (job.stage === 0 ? this.workOf(call, job.ordinal) : 0) + plan.workOf(job);
  }

  private start(instance: Instance, job: Job, now: number): void {
    instance.busy++;
    if (job.awaiter === null) instance.busyAbandoned++;
    job.state = RUNNING;
    job.startedAt = now;
    job.version = instance.version;
    job.place = instance.running.push(job) - 1;
    this.expect(job, this.completion(instance, now, job.work, instance.busy));
  }

  /** The event that a job waited for: it arrives, has done its work, is given up by the queue, or its answer arrives. */
  proceed(job: Job, now: number): void {
    if (job.state === RUNNING) this.worked(job, now);
    else if (job.state === TRAVELLING) this.arrive(job, now);
    else if (job.state === ANSWERING) this.deliver(job, job.result);
    else if (job.state === GIVEN_UP) this.answer(job, job.result, now);
  }

  /** A job has come over the network. */
  private arrive(job: Job, now: number): void {
    const instance = this.instances[job.instance];
    job.finishAt = NEVER;
    if (job.awaiter === null && this.spec.cancellation !== 'none') {
      this.forget(job);
      return;
    }
    const refusal = this.refusalAt(instance, job.call!, now);
    if (refusal === ACCEPTED) this.take(instance, job, now);
    else if (refusal === SILENCE) this.lose(job);
    else this.answer(job, refusal, now);
  }

  /** A job's work in its slot is done: the calls of its stage come next, or its end. */
  private worked(job: Job, now: number): void {
    const { plan } = this;
    if (plan === null || job.stage === plan.stages.length) {
      this.end(job, null, now);
      return;
    }
    job.finishAt = NEVER;
    job.state = CALLING;
    job.callingSince = now;
    if (this.spec.holds === 'none') this.stepAside(job, now);
    else if (this.instances[job.instance].schedule !== null) this.instances[job.instance].schedule!.valid = false;
    plan.begin(job);
  }

  /** A job that holds no slot while it waits: it is still in this instance, and lost if that crashes. */
  private stepAside(job: Job, now: number): void {
    this.freeSlot(job, now);
    job.asidePlace = this.instances[job.instance].aside.push(job) - 1;
  }

  private leaveAside(job: Job): void {
    const { aside } = this.instances[job.instance];
    const last = aside.pop()!;
    if (last !== job) {
      aside[job.asidePlace] = last;
      last.asidePlace = job.asidePlace;
    }
    job.asidePlace = -1;
    this.goneIfEmpty(this.instances[job.instance]);
  }

  /** An instance that leaves is gone once it has nothing left to do. */
  private goneIfEmpty(instance: Instance): void {
    if (instance.state === LEAVING && isEmpty(instance)) instance.state = ABSENT;
  }

  stageDone(job: Job): void {
    const { now } = this.around.kernel;
    const { plan, spec } = this;
    this.callTime += 0.05 * (now - job.callingSince - this.callTime);
    job.callingSince = now;
    job.stage++;
    if (spec.checkpoints && job.stage > job.call!.progress) job.call!.progress = job.stage;
    if (job.stage === plan!.stages.length) {
      this.end(job, null, now);
      return;
    }
    // Work between stages needs the slot; without one there is none (the scenario reader sees to that).
    const work = job.place < 0 ? 0 : plan!.workOf(job);
    if (work === 0) {
      plan!.begin(job);
      return;
    }
    const instance = this.instances[job.instance];
    job.state = RUNNING;
    this.expect(job, this.completion(instance, now, work, instance.busy));
  }

  stageFailed(job: Job, result: Result): void {
    this.end(job, result, this.around.kernel.now);
  }

  zoneOf(job: Job): number {
    return this.instances[job.instance].zone;
  }

  /** A job is over: with the result that a failed stage makes, or else with what its draws say. */
  private end(job: Job, failure: Result | null, now: number): void {
    const instance = this.instances[job.instance];
    const call = job.call!;
    const outdated = this.spec.effect === 'versioned' && job.version !== instance.version;
    const failed = failure !== null || outdated || this.wouldFail(call, job.ordinal, instance);
    const { awaiter } = job;
    instance.answers++;
    if (failed) {
      instance.errors++;
      if (this.plan !== null) this.plan.compensate(job);
    } else {
      instance.version++;
      if (call.effects !== null && call.effects.count++ > 0 && this.spec.effect === 'once') this.duplicates++;
      if (awaiter === null) this.lateEffects++;
    }
    if (awaiter !== null) call.waited = job.startedAt - job.enqueuedAt;
    const wrong = !failed && awaiter !== null && (job.wrong || this.wouldBeWrong(call, job.ordinal, instance));
    if (job.place >= 0) this.freeSlot(job, now);
    else if (job.asidePlace >= 0) this.leaveAside(job);
    const result = failure ?? (outdated ? CONFLICT_RESULT : failed ? ERROR_RESULT : wrong ? WRONG_RESULT : SERVED_OK);
    this.answer(job, result, now);
  }

  /** Leaves the slot to who waits for it. */
  private freeSlot(job: Job, now: number): void {
    const instance = this.instances[job.instance];
    instance.touch(now);
    this.leaveSlot(instance, job);
    this.startWaiting(instance, now);
  }

  /** Sends an answer on its way, which may take time. */
  private answer(job: Job, result: Result, now: number): void {
    const { network } = this.around;
    const call = job.call!;
    if (job.awaiter === null || network === null) {
      this.deliver(job, result);
      return;
    }
    const from = this.instances[job.instance].zone;
    if (network.isCut(from, call.zone)) {
      this.lose(job);
      return;
    }
    const delay = network.delay(from, call.zone, call, job.ordinal, 1);
    if (delay === 0) {
      this.deliver(job, result);
      return;
    }
    job.state = ANSWERING;
    job.result = result;
    this.expect(job, now + delay);
  }

  private deliver(job: Job, result: Result): void {
    const { awaiter } = job;
    this.forget(job);
    if (awaiter !== null) awaiter.answered(result);
  }

  /** No answer will ever come. */
  private lose(job: Job): void {
    const { awaiter, call } = job;
    call!.dropped++;
    this.forget(job);
    if (awaiter !== null) awaiter.dropped();
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
    job.place = -1;
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
    this.goneIfEmpty(instance);
    if (this.loadWatchers.length > 0) this.loadHasChanged(instance);
  }

  private nextWaiting(instance: Instance, now: number): Job | null {
    const { queue } = instance;
    const { dropsExpired } = this.spec;
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
      if (dropsExpired && now > job.call!.deadlineAt) {
        if (instance.schedule !== null) instance.schedule.valid = false;
        this.giveUpWaiting(job, EXPIRED_RESULT, now);
        continue;
      }
      if (this.sheds(now, job.enqueuedAt, instance.emptyAt)) {
        this.giveUpWaiting(job, SHED_RESULT, now);
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
   * A waiting job is not to be worked on after all. Its caller learns it by an event of its own: who is told at once may
   * send or give up other jobs of this very instance, whose state is being changed.
   */
  private giveUpWaiting(job: Job, result: Result, now: number): void {
    if (job.awaiter === null) {
      this.forget(job);
    } else if (result === SHED_RESULT && this.spec.queue.overflow === 'drop') {
      this.lose(job);
    } else {
      job.state = GIVEN_UP;
      job.result = result;
      this.expect(job, now);
    }
  }

  /** The caller has given up on this job; what becomes of it is the service's `cancellation`. */
  abandon(job: Job, now: number): void {
    const instance = this.instances[job.instance];
    const { cancellation } = this.spec;
    job.awaiter = null;
    if (cancellation !== 'none' && instance.schedule !== null) instance.schedule.valid = false;
    if (job.state === QUEUED) {
      if (cancellation !== 'none') this.leaveQueue(instance, job, now);
      return;
    }
    const inSlot = job.place >= 0;
    if (inSlot) {
      instance.touch(now);
      instance.busyAbandoned++;
    }
    if (cancellation !== 'full' || (job.state !== RUNNING && job.state !== CALLING)) return;
    if (this.plan !== null) this.plan.abandonAll(job);
    if (inSlot) this.freeSlot(job, now);
    else if (job.asidePlace >= 0) this.leaveAside(job);
    this.forget(job);
  }

  private leaveQueue(instance: Instance, job: Job, now: number): void {
    instance.touch(now);
    job.state = CANCELLED_IN_QUEUE;
    instance.waiting--;
    if (instance.waiting === 0) instance.emptyAt = now;
    // Lazily, in bulk: O(1) for each job. Else what nobody awaits would pile up under a last-in-first-out queue.
    if (instance.waiting === 0 || instance.queue.length > 2 * instance.waiting + SWEEP_AT) this.sweep(instance);
    if (this.loadWatchers.length > 0) this.loadHasChanged(instance);
  }

  /** Takes the cancelled jobs out of a queue. */
  private sweep(instance: Instance): void {
    instance.queue.removeIf((job) => {
      if (job.state !== CANCELLED_IN_QUEUE) return false;
      this.forget(job);
      return true;
    });
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
    instance.state = isEmpty(instance) ? ABSENT : LEAVING;
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
    for (const job of lost) {
      this.leaveSlot(instance, job);
      if (this.plan !== null) this.plan.abandonAll(job);
    }
    while (instance.queue.length > 0) {
      const job = instance.queue.oldest();
      if (job.state === CANCELLED_IN_QUEUE) this.forget(job);
      else lost.push(job);
    }
    while (instance.aside.length > 0) {
      const job = instance.aside[instance.aside.length - 1];
      this.leaveAside(job);
      this.plan!.abandonAll(job);
      lost.push(job);
    }
    instance.waiting = 0;
    instance.emptyAt = now;
    this.membershipHasChanged();
    if (this.loadWatchers.length > 0) this.loadHasChanged(instance);
    // One answer may make a caller give up others of these: they are in no instance any more.
    for (const job of lost) job.state = FINISHED;
    for (const job of lost) this.answer(job, CRASHED_RESULT, now);
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

function isEmpty({ aside, busy, waiting }: Instance): boolean {
  return busy === 0 && waiting === 0 && aside.length === 0;
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
