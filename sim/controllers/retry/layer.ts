import { below, Draw } from '../../kernel/random.ts';
import { Pool } from '../../kernel/pool.ts';
import { NEVER } from '../../kernel/time.ts';
import type { GaveUp } from '../../stack/ledger.ts';
import { Layer } from '../../stack/layer.ts';
import type { Passage } from '../../stack/passage.ts';
import {
  CANCELLED,
  DEADLINE_EXCEEDED,
  HEDGE_LOST,
  kindOf,
  OK,
  PER_TRY_TIMEOUT,
  reveal,
  TIMED_OUT,
} from '../../stack/result.ts';
import type { Kind, Result } from '../../stack/result.ts';
import { Tries } from '../../stack/tries.ts';
import { CopyStates } from '../copy-states.ts';
import type { LayerContext, LayerSpec } from '../kind.ts';
import { BUDGET_SPENT, decideRetry, LIMIT_REACHED, RETRY } from './policies/retry-decision.ts';
import { isRetryable } from './policies/retry-on.ts';
import type { Settings, SettingsOf } from '../settings.ts';
import type { Pace, RetryBudget, RetryPolicy, RetryPolicyDefinition } from './policy.ts';

export interface RetryConfig {
  /** Whether a retry picks an instance from an endpoint list of its own. */
  readonly reselect: 'none' | 'own';
}

/** What a passage's `mark` says: a retry that is allowed waits for its time. */
const BACKING_OFF = 1;
const PACED = 2;

/**
 * Tries again what failed, after a backoff, within a budget; bounds each try and the whole; sends further copies of
 * what is slow (hedging). Every policy of this kind is one `RetryPolicy`; this is the only code that carries it out.
 */
export class RetryLayer extends Layer {
  private readonly spec: LayerSpec;
  private readonly definition: RetryPolicyDefinition;
  private readonly context: LayerContext;
  private readonly copies: CopyStates<RetryCopy>;
  private readonly memories = new Pool<Tries>((id) => new Tries(id));
  private readonly backoffDraw: Draw;
  private readonly reselectDraw: Draw;
  private readonly timedOut: Result;
  private readonly hedgeLost: Result;
  private readonly overTime: Result;

  constructor(spec: LayerSpec, definition: RetryPolicyDefinition, context: LayerContext) {
    super(context.identity, context.edge, context.slot);
    this.spec = spec;
    this.definition = definition;
    this.context = context;
    this.copies = new CopyStates(spec.config, (settings) => this.makeCopy(settings));
    this.backoffDraw = new Draw(context.root, 'backoff', spec.name);
    this.reselectDraw = new Draw(context.root, 'reselect', spec.name);
    this.timedOut = this.refusal(TIMED_OUT, PER_TRY_TIMEOUT);
    this.hedgeLost = this.refusal(CANCELLED, HEDGE_LOST);
    this.overTime = this.refusal(TIMED_OUT, DEADLINE_EXCEEDED);
  }

  attempt(passage: Passage): void {
    if (this.identity.shadow) {
      this.edge.forward(passage);
      return;
    }
    const { now } = this.kernel;
    const copy = this.copies.at(this.context.copies.of(passage));
    const { budget, policy } = copy;
    const tries = this.memories.take();
    tries.reset(copy);
    passage.tries = tries;
    if (budget !== null) {
      budget.began(now);
      tries.allowance = budget.allowance(now);
    }
    if (policy.timeout !== NEVER) this.edge.scheduleEnd(passage, tries, policy.timeout);
    this.startTry(passage, tries);
  }

  // --- trying ----------------------------------------------------------------------------------------------------

  private startTry(passage: Passage, tries: Tries): void {
    const { pace } = copyOf(tries);
    const wait = pace === null ? 0 : pace.acquire(this.kernel.now);
    if (wait > 0) {
      passage.mark = PACED;
      this.edge.scheduleTimerAnywhere(passage, wait);
      return;
    }
    this.sendTry(passage, tries);
  }

  private sendTry(passage: Passage, tries: Tries): void {
    const { policy, reselects } = copyOf(tries);
    const number = tries.begun++;
    passage.mark = 0;
    const { hedge } = policy;
    if (hedge !== null && hedge.after > 0 && number < hedge.max) {
      this.edge.scheduleHedge(passage, tries, hedge.after);
    }
    const isLast = tries.begun >= policy.tries;
    const timeout = isLast && !policy.lastTryTimesOut ? NEVER : policy.perTryTimeout;
    let { target, selector } = passage;
    if (number > 0 && reselects) {
      target = this.reselect(passage);
      selector = target < 0 ? -1 : this.identity.index;
    }
    this.edge.forwardTry(passage, target, selector, number, timeout);
    if (hedge !== null && hedge.after === 0 && number === 0) this.sendAllCopies(passage, hedge.max);
  }

  /** An instance from its own list of those that are ready; never the one that the last try went to, or is at. */
  private reselect(passage: Passage): number {
    const ready = this.edge.readyIn(passage.pool);
    if (ready.length === 0) return -1;
    const { call } = passage;
    const last = ready.indexOf(this.edge.hostUnder(passage));
    const draw = this.reselectDraw.at(call.pathHigh, call.pathLow, this.nextDraw(passage));
    let place = 0;
    if (last < 0) place = below(draw, ready.length);
    else if (ready.length > 1) {
      place = below(draw, ready.length - 1);
      if (place >= last) place++;
    }
    if (this.ledger !== null) this.ledger.selected(this.identity, passage, ready[place], this.kernel.now, NaN);
    return ready[place];
  }

  override timer(passage: Passage): void {
    const tries = passage.tries!;
    const { budget } = copyOf(tries);
    if (passage.mark === BACKING_OFF && budget !== null) budget.retryBegan(this.kernel.now);
    if (passage.mark === PACED) this.sendTry(passage, tries);
    else this.startTry(passage, tries);
  }

  // --- hedging ---------------------------------------------------------------------------------------------------

  override hedgeTimer(passage: Passage): void {
    this.sendCopy(passage);
  }

  /** gRPC's hedgingDelay of 0: every copy at once. */
  private sendAllCopies(passage: Passage, count: number): void {
    const { id, call } = passage;
    for (let i = 0; i < count; i++) {
      // The first copies may have ended the call meanwhile.
      if (passage.id !== id || passage.call !== call || passage.child === null) return;
      if (!this.sendCopy(passage)) return;
    }
  }

  /** Sends one more copy of what is under way, if tries and budget allow. */
  private sendCopy(passage: Passage): boolean {
    const tries = passage.tries!;
    const { budget, policy } = copyOf(tries);
    const { now } = this.kernel;
    if (policy.hedge === null || tries.begun > policy.hedge.max || tries.begun >= policy.tries) return false;
    if (budget !== null && !budget.tryRetry(now, OK)) return false;
    if (budget !== null) budget.retryBegan(now);
    tries.retries++;
    if (this.ledger !== null) this.ledger.retried(this.identity, passage, NO_RESULT, 0, true);
    avoidHost(policy, tries, this.edge.hostUnder(passage));
    this.startTry(passage, tries);
    return true;
  }

  // --- a try ends ------------------------------------------------------------------------------------------------

  result(passage: Passage, child: Passage, result: Result): void {
    if (this.identity.shadow) {
      this.judgeInShadow(passage, result);
      this.edge.finish(passage, result);
      return;
    }
    this.tryEnded(passage, child.tryNumber, result);
  }

  private judgeInShadow(passage: Passage, result: Result): void {
    const { policy } = this.copies.at(0);
    if (this.ledger === null || !this.isRetryable(policy, result) || policy.tries < 2) return;
    this.ledger.retried(this.identity, passage, result, 0, false);
  }

  override tryTimer(passage: Passage, child: Passage): void {
    const { tryNumber } = child;
    passage.host = this.edge.hostUnder(child);
    if (this.ledger !== null) this.ledger.timedOut(this.identity, passage, child);
    this.edge.abandonChild(passage, child, this.timedOut);
    this.tryEnded(passage, tryNumber, this.timedOut);
  }

  private tryEnded(passage: Passage, tryNumber: number, result: Result): void {
    const { budget, pace, policy } = copyOf(passage.tries!);
    const { now } = this.kernel;
    const kind = kindOf(result);
    if (pace !== null) pace.ended(now, kind);
    if (budget !== null) budget.attemptEnded(now, kind, this.isRetryable(policy, result), tryNumber);
    if (kind === OK) {
      this.end(passage, result);
      return;
    }
    if (passage.child !== null) {
      this.copyFailed(passage, result);
      return;
    }
    // A copy that is still to come takes the place of a retry.
    if (passage.mark !== 0) return;
    this.decide(passage, result);
  }

  /** One of several copies failed while others are under way. */
  private copyFailed(passage: Passage, result: Result): void {
    const { policy } = copyOf(passage.tries!);
    if (policy.hedge === null || policy.hedge.onFailure === 'wait') return;
    if (this.isRetryable(policy, result)) this.sendCopy(passage);
    else this.end(passage, result);
  }

  /** With full detail it sees origin and cause, whether or not the layers inside show them. */
  private seen(result: Result): Result {
    return this.spec.idealised.leak ? reveal(result) : result;
  }

  private isRetryable({ retryOn }: RetryPolicy, result: Result): boolean {
    return isRetryable(retryOn, this.seen(result));
  }

  private decide(passage: Passage, result: Result): void {
    const tries = passage.tries!;
    const { budget, policy } = copyOf(tries);
    const { now } = this.kernel;
    const decision = decideRetry(policy, budget, now, this.seen(result), tries.retries, tries.allowance);
    if (decision !== RETRY) {
      const why: GaveUp = decision === LIMIT_REACHED ? 'tries' : decision === BUDGET_SPENT ? 'budget' : 'notRetryable';
      if (this.ledger !== null) this.ledger.gaveUp(this.identity, passage, result, why);
      this.end(passage, result);
      return;
    }
    const { call } = passage;
    tries.retries++;
    const kind = kindOf(result);
    tries.after = kind + 1;
    const draw = this.backoffDraw.at(call.pathHigh, call.pathLow, this.nextDraw(passage));
    const delay = policy.backoff.delay(tries.retries, tries, draw, kind);
    if (this.ledger !== null) this.ledger.retried(this.identity, passage, result, delay, false);
    passage.retriedBy = -1;
    avoidHost(policy, tries, passage.host);
    passage.mark = BACKING_OFF;
    tries.hedgeAt = NEVER;
    this.edge.scheduleTimerAnywhere(passage, delay);
  }

  // --- the call ends ---------------------------------------------------------------------------------------------

  override endTimer(passage: Passage): void {
    passage.host = this.edge.hostUnder(passage);
    if (this.ledger !== null) this.ledger.timedOut(this.identity, passage, passage);
    this.dropRetry(passage);
    while (passage.child !== null) {
      const { child } = passage;
      this.giveUpTry(passage, child);
      this.edge.abandonChild(passage, child, this.overTime);
    }
    this.end(passage, this.overTime);
  }

  private giveUpTry(passage: Passage, child: Passage): void {
    const { budget, pace } = copyOf(passage.tries!);
    const { now } = this.kernel;
    if (pace !== null) pace.ended(now, CANCELLED);
    if (budget !== null) budget.attemptEnded(now, CANCELLED, false, child.tryNumber);
  }

  /** Ends the passage; copies that are still under way have lost. */
  private end(passage: Passage, result: Result): void {
    while (passage.child !== null) {
      const { child } = passage;
      this.giveUpTry(passage, child);
      this.edge.abandonChild(passage, child, this.hedgeLost);
    }
    const tries = passage.tries!;
    if (tries.retries > 0) passage.retriedBy = this.identity.index;
    this.settle(passage, tries, kindOf(result) === OK);
    this.edge.finish(passage, result);
  }

  override abandoned(passage: Passage): void {
    if (this.identity.shadow) return;
    const { now } = this.kernel;
    const tries = passage.tries!;
    const { budget, pace } = copyOf(tries);
    // Tries under way have been given up with the passage.
    for (const number of tries.open) {
      if (pace !== null) pace.ended(now, CANCELLED);
      if (budget !== null) budget.attemptEnded(now, CANCELLED, false, number);
    }
    this.dropRetry(passage);
    this.settle(passage, tries, false);
  }

  /** A retry that has been allowed and still waits is not made after all. */
  private dropRetry(passage: Passage): void {
    if (passage.mark !== BACKING_OFF) return;
    const { budget } = copyOf(passage.tries!);
    if (budget !== null) budget.retryDropped(this.kernel.now);
  }

  /** The call is over: its budget learns it, and its memory is free again. */
  private settle(passage: Passage, tries: Tries, ok: boolean): void {
    passage.tries = null;
    const { budget } = copyOf(tries);
    if (budget !== null) {
      const after = (tries.after === 0 ? OK : tries.after - 1) as Kind;
      budget.ended(this.kernel.now, ok, tries.retries, after);
    }
    this.memories.give(tries);
  }

  // --- copies ----------------------------------------------------------------------------------------------------

  override reset(affected: (copy: number) => boolean): void {
    this.copies.reset(affected);
  }

  override reconfigure(settingsOf: SettingsOf, affected: (copy: number) => boolean): void {
    this.copies.reconfigure(settingsOf, affected);
  }

  private makeCopy(settings: Settings): RetryCopy {
    const policy = this.definition.create(settings as never, undefined);
    return {
      policy,
      reselects: (settings as unknown as RetryConfig).reselect === 'own',
      budget: policy.budget === null ? null : policy.budget(),
      pace: policy.pace === null ? null : policy.pace(),
    };
  }
}

/** One copy of the layer: its settings, its budget and its pace. */
interface RetryCopy {
  readonly policy: RetryPolicy;
  readonly reselects: boolean;
  readonly budget: RetryBudget | null;
  readonly pace: Pace | null;
}

/** The copy that a call's tries belong to. */
function copyOf(tries: Tries): RetryCopy {
  return tries.copy as RetryCopy;
}

function avoidHost(policy: RetryPolicy, tries: Tries, host: number): void {
  if (!policy.avoidPreviousHosts || host < 0) return;
  tries.avoid.push(host);
  tries.selectionAttempts = policy.hostSelectionMaxAttempts;
}

/** A hedge follows no result. */
const NO_RESULT = 0 as Result;
