import { buildDistribution } from '../kernel/distributions/index.ts';
import type { Distribution } from '../kernel/distributions/index.ts';
import { PHASE_TIMER } from '../kernel/event-queue.ts';
import type { Lane } from '../kernel/event-queue.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Pool } from '../kernel/pool.ts';
import { Draw, nestedPath, path } from '../kernel/random.ts';
import type { RootKey } from '../kernel/random.ts';
import { NEVER } from '../kernel/time.ts';
import { isHangUpAwaited } from './call.ts';
import type { Call, Caller, Entry } from './call.ts';
import type { Job } from './job.ts';
import {
  DEPENDENCY,
  ERROR,
  FROM_INSTANCE,
  HANG_UP,
  hide,
  isWrong,
  kindOf,
  makeResult,
  OK,
  originOf,
  TIMED_OUT,
} from './result.ts';
import type { Result } from './result.ts';
import type { ServiceSpec, StageSpec } from './spec.ts';

const HANG_UP_RESULT = makeResult(TIMED_OUT, HANG_UP, FROM_INSTANCE);

/** Most calls of one stage, and so the step between stages in the ordinals of nested calls. */
export const MOST_CALLS_OF_A_STAGE = 4096;

/** Steps of a plan, those that undo others included, are below this. */
const PLACES_OF_AN_EDGE = 1 << 28;

/** What a plan tells the service whose jobs it brings on. */
export interface PlanOwner {
  readonly index: number;
  readonly spec: ServiceSpec;
  /** Zone that a job's instance is in; -1 without a network. */
  zoneOf(job: Job): number;
  /** All calls of the job's stage have been decided, well; the next stage, or the end, is due. */
  stageDone(job: Job): void;
  /** Too few of the stage's calls ended well. */
  stageFailed(job: Job, result: Result): void;
}

/** What a plan needs of the world around it. */
export interface PlanSurroundings {
  readonly kernel: Kernel;
  readonly calls: Pool<Call>;
  readonly root: RootKey;
  readonly hangUpCode: number;
  /** Whether a service that is called over an edge, or one that is called below it, minds to be called twice. */
  mindsEffects(edge: number): boolean;
  /** The edge from this service to another, and how many layers draw on it; -1 if there is none. */
  edgeTo(to: string): number;
  entryOf(edge: number): Entry;
  layersOn(edge: number): number;
  callIsFree(call: Call): void;
}

/**
 * The calls that a service's jobs make while they serve: stage after stage, the calls of a stage side by side. A stage is
 * over when enough of its calls have ended well (the others are hung up on) or too many badly.
 */
export class CallPlan implements Caller {
  readonly stages: readonly StageSpec[];
  /** Calls that undo what a failed job had done, and those of them that failed. */
  compensations = 0;
  compensationsFailed = 0;

  private readonly owner: PlanOwner;
  private readonly around: PlanSurroundings;
  /** By stage and place: the edge. */
  private readonly edges: readonly (readonly number[])[];
  private readonly undoEdges: readonly (readonly number[])[];
  /** Where the timers of its patience go: most are cancelled, and dropped there in bulk. Null where it waits for ever. */
  private readonly lanes: readonly (readonly (Lane | null)[])[];
  private readonly works: readonly (Distribution | null)[];
  private readonly workDraw: Draw;

  constructor(owner: PlanOwner, around: PlanSurroundings) {
    this.owner = owner;
    this.around = around;
    const { stages, name } = owner.spec;
    this.stages = stages;
    this.edges = stages.map(({ calls }) => calls.map(({ to }) => around.edgeTo(to)));
    this.undoEdges = stages.map(({ calls }) =>
      calls.map(({ compensate }) => (compensate === null ? -1 : around.edgeTo(compensate))),
    );
    const isAwaited = isHangUpAwaited(around.calls);
    this.lanes = stages.map(({ calls }) =>
      calls.map(({ timeout }) =>
        timeout === NEVER ? null : around.kernel.timerLane(timeout, PHASE_TIMER, around.hangUpCode, isAwaited),
      ),
    );
    this.works = stages.map(({ work }) => (work === null ? null : buildDistribution(work)));
    this.workDraw = new Draw(around.root, 'stage', name);
  }

  /** Work in the slot before the calls of the job's stage, nanoseconds at full speed. */
  workOf(job: Job): number {
    return this.stageWork(job.call!, job.ordinal, job.stage);
  }

  /** The same of any dispatch of a call and any stage. */
  stageWork(call: Call, ordinal: number, stage: number): number {
    // A try that resumes behind the last stage has none left.
    const work = this.works[stage] ?? null;
    if (work === null) return 0;
    return work.sample(this.workDraw.at(call.pathHigh, call.pathLow, ordinal * MOST_CALLS_OF_A_STAGE + stage));
  }

  /** Index of the edge to another service. */
  edgeTo(to: string): number {
    return this.around.edgeTo(to);
  }

  /** Makes the calls of the job's stage. They may be decided before this returns. */
  begin(job: Job): void {
    const stage = this.stages[job.stage];
    const token = ++job.token;
    job.pending = 0;
    job.succeeded = 0;
    job.failed = 0;
    if (stage.calls.length === 0) {
      this.owner.stageDone(job);
      return;
    }
    // All exist before the first begins: an answer at once must not decide a stage that is not yet whole.
    const first = job.calls.length;
    for (let place = 0; place < stage.calls.length; place++) job.calls.push(this.make(job, place));
    job.pending = stage.calls.length;
    const made = job.calls.slice(first);
    for (const call of made) {
      if (job.token !== token) return;
      // With a deadline that has passed nobody would wait for the answer: it fails without being sent.
      if (call.deadlineAt < this.around.kernel.now) this.callEnded(call, HANG_UP_RESULT);
      else if (!call.ended) this.around.entryOf(call.edge).begin(call);
    }
  }

  private make(job: Job, place: number): Call {
    const { kernel } = this.around;
    const parent = job.call!;
    const { timeout } = this.stages[job.stage].calls[place];
    const call = this.open(parent, job, this.edges[job.stage][place], stepOf(job.stage, place));
    call.place = place;
    this.hangUpAfter(call, job.stage, place, timeout);
    if (this.owner.spec.propagatesDeadline && parent.deadlineAt < call.deadlineAt) {
      call.deadlineAt = call.hangUpAt = parent.deadlineAt;
      if (call.hangUpAt >= kernel.now) kernel.scheduleAt(call.hangUpAt, PHASE_TIMER, this.around.hangUpCode, call.id);
    }
    return call;
  }

  /** A call that a job makes, keyed by its parent's path, the edge and its place (and the parent's try). */
  private open(parent: Call, job: Job, edge: number, place: number): Call {
    const { around } = this;
    const call = around.calls.take();
    call.root = parent.root;
    call.parent = job;
    call.token = job.token;
    nestedPath(parent.pathHigh, parent.pathLow, edge, job.ordinal * 65536 + place);
    call.pathHigh = path.high;
    call.pathLow = path.low;
    nestedPath(parent.sizeHigh, parent.sizeLow, edge, place);
    call.sizeHigh = path.high;
    call.sizeLow = path.low;
    call.edge = edge;
    call.source = parent.source;
    call.sequence = parent.sequence;
    call.request = parent.request;
    call.client = parent.client;
    call.klass = parent.klass;
    call.priority = parent.priority;
    call.zone = this.owner.zoneOf(job);
    call.arrivedAt = around.kernel.now;
    call.deadlineAt = NEVER;
    call.hangUpAt = NEVER;
    call.dispatches = 0;
    call.dropped = 0;
    call.effects =
      parent.effects === null || !around.mindsEffects(edge)
        ? null
        : parent.effects.at(edge * PLACES_OF_AN_EDGE + place);
    call.madeBy = job.instance;
    call.progress = 0;
    call.jobs = 0;
    call.ended = false;
    call.demand = -0.5;
    call.workOrdinal = -1;
    call.waited = 0;
    const layers = around.layersOn(edge);
    for (let i = 0; i < layers; i++) call.draws[i] = 0;
    call.seenBy = 0;
    call.allowedBy = 0;
    call.conflicts = 0;
    call.passage = -1;
    call.caller = this;
    call.traced = parent.traced;
    return call;
  }

  callEnded(call: Call, result: Result): void {
    this.close(call);
    const job = call.parent;
    if (job === null) {
      if (kindOf(result) !== OK) this.compensationsFailed++;
      this.release(call);
      return;
    }
    const { token, place } = call;
    this.forget(job, call);
    this.release(call);
    if (token !== job.token) return;
    if (kindOf(result) === OK && this.undoEdges[job.stage][place] >= 0) job.undo.push(stepOf(job.stage, place));
    this.settle(job, result);
  }

  /** This service's own patience with a call it made is over. */
  hungUp(call: Call): void {
    this.around.entryOf(call.edge).abandon(call);
    this.callEnded(call, HANG_UP_RESULT);
  }

  private settle(job: Job, result: Result): void {
    const stage = this.stages[job.stage];
    job.pending--;
    if (kindOf(result) === OK) {
      job.succeeded++;
      if (isWrong(result)) job.wrong = true;
    } else {
      job.failed++;
    }
    if (job.succeeded >= stage.need) {
      this.decided(job);
      this.owner.stageDone(job);
      return;
    }
    const hopeless = job.succeeded + job.pending < stage.need;
    if (stage.onFailure === 'fail') {
      if (!hopeless) return;
      this.decided(job);
      this.owner.stageFailed(job, dependencyFailure(result));
      return;
    }
    if (job.pending > 0) return;
    job.wrong = true;
    this.decided(job);
    this.owner.stageDone(job);
  }

  /** The stage is decided: calls that are still under way are hung up on. */
  private decided(job: Job): void {
    job.token++;
    this.abandonAll(job);
  }

  /** The job is given up, or its stage is: so are its calls. */
  abandonAll(job: Job): void {
    job.token++;
    while (job.calls.length > 0) {
      const call = job.calls.pop()!;
      if (call.ended) continue;
      if (call.passage >= 0) this.around.entryOf(call.edge).abandon(call);
      this.close(call);
      this.release(call);
    }
  }

  /**
   * Undoes the calls of a failed job that ended well and can be undone, the last first: calls of their own that nobody waits
   * for. What is undone is no progress to resume from.
   */
  compensate(job: Job): void {
    while (job.undo.length > 0) {
      const step = job.undo.pop()!;
      const stage = Math.floor(step / MOST_CALLS_OF_A_STAGE);
      const place = step - stage * MOST_CALLS_OF_A_STAGE;
      const parent = job.call!;
      if (parent.progress > stage) parent.progress = stage;
      const call = this.open(parent, job, this.undoEdges[stage][place], stepOf(stage + this.stages.length, place));
      call.parent = null;
      this.hangUpAfter(call, stage, place, this.stages[stage].calls[place].timeout);
      this.compensations++;
      this.around.entryOf(call.edge).begin(call);
    }
  }

  /** The service waits for the answer to a call of a stage's place for so long. */
  private hangUpAfter(call: Call, stage: number, place: number, timeout: number): void {
    const lane = this.lanes[stage][place];
    if (lane === null) return;
    const { kernel, hangUpCode } = this.around;
    call.deadlineAt = call.hangUpAt = kernel.now + timeout;
    kernel.schedule(lane, call.hangUpAt, hangUpCode, call.id);
  }

  private close(call: Call): void {
    call.ended = true;
    call.hangUpAt = NEVER;
  }

  private release(call: Call): void {
    if (call.jobs === 0) this.around.callIsFree(call);
  }

  private forget(job: Job, call: Call): void {
    const { calls } = job;
    const at = calls.indexOf(call);
    if (at < 0) return;
    calls[at] = calls[calls.length - 1];
    calls.pop();
  }
}

/** A call of a plan, in one integer. */
function stepOf(stage: number, place: number): number {
  return stage * MOST_CALLS_OF_A_STAGE + place;
}

/** What a failed call makes of the answer: an error, whose true origin is where the call failed. */
function dependencyFailure(result: Result): Result {
  return hide(makeResult(ERROR, DEPENDENCY, originOf(result)));
}
