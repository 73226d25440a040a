import { below, Draw } from '../../kernel/random.ts';
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
  TIMED_OUT,
} from '../../stack/result.ts';
import type { Kind, Result } from '../../stack/result.ts';
import type { LayerContext, LayerSpec } from '../kind.ts';
import { BUDGET_SPENT, decideRetry, LIMIT_REACHED, RETRY } from './policies/retry-decision.ts';
import { isRetryable } from './policies/retry-on.ts';
import type { Pace, RetryBudget, RetryPolicy } from './policy.ts';

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
 *
 * A passage keeps: `tries` begun, `retries` allowed, `allowance` of the budget, `ticket` = 1 + the kind that the last
 * retry followed, and as `tried` the instances to avoid.
 */
export class RetryLayer extends Layer {
  private readonly policy: RetryPolicy;
  private readonly reselects: boolean;
  private readonly budget: RetryBudget | null;
  private readonly pace: Pace | null;
  private readonly backoffDraw: Draw;
  private readonly reselectDraw: Draw;
  private readonly timedOut: Result;
  private readonly hedgeLost: Result;
  private readonly overTime: Result;

  constructor(spec: LayerSpec, policy: RetryPolicy, config: RetryConfig, context: LayerContext) {
    super(context.identity, context.edge, context.slot);
    this.policy = policy;
    this.reselects = config.reselect === 'own';
    this.budget = policy.budget === null ? null : policy.budget();
    this.pace = policy.pace === null ? null : policy.pace();
    this.backoffDraw = new Draw(context.root, 'backoff', spec.name);
    this.reselectDraw = new Draw(context.root, 'reselect', spec.name);
    this.timedOut = this.refusal(TIMED_OUT, PER_TRY_TIMEOUT);
    this.hedgeLost = this.refusal(CANCELLED, HEDGE_LOST);
    this.overTime = this.refusal(TIMED_OUT, DEADLINE_EXCEEDED);
  }

  attempt(passage: Passage): void {
    const { budget, policy } = this;
    if (this.identity.shadow) {
      passage.tries = 1;
      this.edge.forward(passage);
      return;
    }
    const { now } = this.kernel;
    passage.allowance = NEVER;
    if (budget !== null) {
      budget.began(now);
      passage.allowance = budget.allowance(now);
    }
    if (policy.timeout !== NEVER) this.edge.scheduleLastTimer(passage, policy.timeout);
    this.startTry(passage);
  }

  // --- trying ----------------------------------------------------------------------------------------------------

  private startTry(passage: Passage): void {
    const wait = this.pace === null ? 0 : this.pace.acquire(this.kernel.now);
    if (wait > 0) {
      passage.mark = PACED;
      this.edge.scheduleTimerAnywhere(passage, wait);
      return;
    }
    this.sendTry(passage);
  }

  private sendTry(passage: Passage): void {
    const { policy } = this;
    const number = passage.tries++;
    passage.mark = 0;
    const { hedge } = policy;
    if (hedge !== null && hedge.after > 0 && number < hedge.max) this.edge.scheduleSecondTimer(passage, hedge.after);
    const isLast = passage.tries >= policy.tries;
    const timeout = isLast && !policy.lastTryTimesOut ? NEVER : policy.perTryTimeout;
    let { target, selector } = passage;
    if (number > 0 && this.reselects) {
      target = this.reselect(passage);
      selector = this.identity.index;
    }
    this.edge.forwardTry(passage, target, selector, number, timeout);
    if (hedge !== null && hedge.after === 0 && number === 0) this.sendAllCopies(passage);
  }

  /** An instance from its own list of those that are ready; never the one that the last try went to. */
  private reselect(passage: Passage): number {
    const { ready } = this.edge.service;
    if (ready.length === 0) return -1;
    const { call, host } = passage;
    const last = ready.indexOf(host);
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
    if (passage.mark === BACKING_OFF && this.budget !== null) this.budget.retryBegan(this.kernel.now);
    if (passage.mark === PACED) this.sendTry(passage);
    else this.startTry(passage);
  }

  // --- hedging ---------------------------------------------------------------------------------------------------

  override secondTimer(passage: Passage): void {
    this.sendCopy(passage);
  }

  /** gRPC's hedgingDelay of 0: every copy at once. */
  private sendAllCopies(passage: Passage): void {
    const { id, call } = passage;
    const { hedge } = this.policy;
    for (let i = 0; i < hedge!.max; i++) {
      // The first copies may have ended the call meanwhile.
      if (passage.id !== id || passage.call !== call || passage.child === null) return;
      if (!this.sendCopy(passage)) return;
    }
  }

  /** Sends one more copy of what is under way, if tries and budget allow. */
  private sendCopy(passage: Passage): boolean {
    const { hedge, tries } = this.policy;
    const { now } = this.kernel;
    if (passage.tries > hedge!.max || passage.tries >= tries) return false;
    if (this.budget !== null && !this.budget.tryRetry(now, OK)) return false;
    if (this.budget !== null) this.budget.retryBegan(now);
    passage.retries++;
    if (this.ledger !== null) this.ledger.retried(this.identity, passage, NO_RESULT, 0, true);
    this.avoidHost(passage, this.edge.hostUnder(passage));
    this.startTry(passage);
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
    if (this.ledger === null || !isRetryable(this.policy.retryOn, result) || this.policy.tries < 2) return;
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
    const { budget, pace, policy } = this;
    const { now } = this.kernel;
    const kind = kindOf(result);
    if (pace !== null) pace.ended(now, kind);
    if (budget !== null) budget.attemptEnded(now, kind, isRetryable(policy.retryOn, result), tryNumber);
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
    const { hedge, retryOn } = this.policy;
    if (hedge === null || hedge.onFailure === 'wait') return;
    if (isRetryable(retryOn, result)) this.sendCopy(passage);
    else this.end(passage, result);
  }

  private decide(passage: Passage, result: Result): void {
    const { budget, policy } = this;
    const { now } = this.kernel;
    const decision = decideRetry(policy, budget, now, result, passage.retries, passage.allowance);
    if (decision !== RETRY) {
      const why: GaveUp = decision === LIMIT_REACHED ? 'tries' : decision === BUDGET_SPENT ? 'budget' : 'notRetryable';
      if (this.ledger !== null) this.ledger.gaveUp(this.identity, passage, result, why);
      this.end(passage, result);
      return;
    }
    const { call } = passage;
    passage.retries++;
    const kind = kindOf(result);
    passage.ticket = kind + 1;
    const draw = this.backoffDraw.at(call.pathHigh, call.pathLow, this.nextDraw(passage));
    const delay = policy.backoff.delay(passage.retries, passage, draw, kind);
    if (this.ledger !== null) this.ledger.retried(this.identity, passage, result, delay, false);
    passage.retriedBy = -1;
    this.avoidHost(passage, passage.host);
    passage.mark = BACKING_OFF;
    passage.secondTimerAt = NEVER;
    this.edge.scheduleTimerAnywhere(passage, delay);
  }

  private avoidHost(passage: Passage, host: number): void {
    const { policy } = this;
    if (!policy.avoidPreviousHosts || host < 0) return;
    passage.tried.push(host);
    passage.selectionAttempts = policy.hostSelectionMaxAttempts;
  }

  // --- the call ends ---------------------------------------------------------------------------------------------

  override lastTimer(passage: Passage): void {
    passage.host = this.edge.hostUnder(passage);
    if (this.ledger !== null) this.ledger.timedOut(this.identity, passage, passage);
    while (passage.child !== null) {
      const { child } = passage;
      this.giveUpTry(child, TIMED_OUT);
      this.edge.abandonChild(passage, child, this.overTime);
    }
    this.end(passage, this.overTime);
  }

  private giveUpTry(child: Passage, kind: Kind): void {
    const { now } = this.kernel;
    if (this.pace !== null) this.pace.ended(now, kind);
    if (this.budget !== null) this.budget.attemptEnded(now, kind, false, child.tryNumber);
  }

  /** Ends the passage; copies that are still under way have lost. */
  private end(passage: Passage, result: Result): void {
    while (passage.child !== null) {
      const { child } = passage;
      this.giveUpTry(child, CANCELLED);
      this.edge.abandonChild(passage, child, this.hedgeLost);
    }
    this.settle(passage, kindOf(result) === OK);
    if (passage.retries > 0) passage.retriedBy = this.identity.index;
    this.edge.finish(passage, result);
  }

  override abandoned(passage: Passage, result: Result): void {
    if (this.identity.shadow) return;
    const { now } = this.kernel;
    // Tries under way have been given up with the passage; their number is what was begun and not heard of.
    const waiting = passage.mark === BACKING_OFF;
    const open = passage.openTries;
    for (let i = 0; i < open; i++) {
      if (this.pace !== null) this.pace.ended(now, kindOf(result));
      if (this.budget !== null) this.budget.attemptEnded(now, kindOf(result), false, passage.tries - 1 - i);
    }
    if (waiting && this.budget !== null) this.budget.retryDropped(now);
    this.settle(passage, false);
  }

  private settle(passage: Passage, ok: boolean): void {
    if (this.budget === null) return;
    const after = (passage.ticket === 0 ? OK : passage.ticket - 1) as Kind;
    this.budget.ended(this.kernel.now, ok, passage.retries, after);
  }
}

/** A hedge follows no result. */
const NO_RESULT = 0 as Result;
