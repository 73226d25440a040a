import { Draw } from '../../kernel/random.ts';
import { Layer } from '../../stack/layer.ts';
import type { Passage } from '../../stack/passage.ts';
import { isVisible, kindOf, LIMITED, originOf, RATE_LIMITED, REFUSED } from '../../stack/result.ts';
import type { Result } from '../../stack/result.ts';
import { keyOf } from '../keys.ts';
import type { KeyBy } from '../keys.ts';
import type { LayerContext, LayerSpec } from '../kind.ts';
import { ownDraws } from '../own-draws.ts';
import { DENIED } from './policy.ts';
import type { LimiterPolicy, LimiterPolicyDefinition } from './policy.ts';

export interface RateLimiterConfig {
  readonly key: KeyBy;
  /** Taken from the bucket for each refusal that it takes for the client's offence. */
  readonly refusalCost: number;
  readonly purpose: 'quota' | 'protection';
}

/** What a passage's `mark` says. */
const PASSED = 1;
const WAITING = 2;
const BEING_DENIED = 3;

/** Lets through what its policy allows, for each key. */
export class RateLimiterLayer extends Layer {
  private readonly spec: LayerSpec;
  private readonly config: RateLimiterConfig;
  private readonly definition: LimiterPolicyDefinition;
  private readonly context: LayerContext;
  private readonly limiters: (LimiterPolicy | undefined)[] = [];
  /** The same policy, charged once for each distinct request and without penalties: what a quota should have allowed. */
  private readonly twins: (LimiterPolicy | undefined)[] = [];
  private readonly draw: Draw;
  private readonly twinDraw: Draw;
  private readonly denial: Result;

  constructor(spec: LayerSpec, definition: LimiterPolicyDefinition, config: RateLimiterConfig, context: LayerContext) {
    super(context.identity, context.edge, context.slot);
    this.spec = spec;
    this.definition = definition;
    this.config = config;
    this.context = context;
    this.draw = new Draw(context.root, 'limit', spec.name);
    this.twinDraw = new Draw(context.root, 'twin', spec.name);
    this.denial = this.refusal(LIMITED, RATE_LIMITED);
  }

  attempt(passage: Passage): void {
    const { now } = this.kernel;
    const key = keyOf(this.config.key, passage, this.context);
    passage.ticket = key;
    const { call } = passage;
    if (this.ledger !== null && this.config.purpose === 'quota') this.askTwin(passage, key, now);
    const limiter = this.limiterOf(this.limiters, key);
    const wait = limiter.acquire(now, this.draw.at(call.pathHigh, call.pathLow, this.nextDraw(passage)));
    if (wait === DENIED) {
      this.deny(passage, limiter);
      return;
    }
    if (this.ledger !== null) this.ledger.admitted(this.identity, passage, now);
    if (wait > 0 && !this.identity.shadow) {
      passage.mark = WAITING;
      this.edge.scheduleTimerAnywhere(passage, wait);
      return;
    }
    passage.mark = PASSED;
    this.edge.forward(passage);
  }

  private deny(passage: Passage, limiter: LimiterPolicy): void {
    if (this.ledger !== null) {
      this.ledger.refused(this.identity, passage, RATE_LIMITED, this.kernel.now, this.purposeOf(passage));
    }
    if (this.identity.shadow) {
      this.edge.forward(passage);
      return;
    }
    if (limiter.deniedAfter !== undefined && limiter.deniedAfter > 0) {
      passage.mark = BEING_DENIED;
      this.edge.scheduleTimer(passage, limiter.deniedAfter);
      return;
    }
    this.edge.finish(passage, this.denial);
  }

  override timer(passage: Passage): void {
    if (passage.mark === BEING_DENIED) {
      this.edge.finish(passage, this.denial);
      return;
    }
    passage.mark = PASSED;
    this.edge.forward(passage);
  }

  result(passage: Passage, _child: Passage, result: Result): void {
    this.learn(passage, result);
    this.edge.finish(passage, result);
  }

  override abandoned(passage: Passage, result: Result): void {
    if (passage.mark === WAITING) {
      const limiter = this.limiterOf(this.limiters, passage.ticket);
      if (limiter.abandoned !== undefined) limiter.abandoned(this.kernel.now, passage.timerAt);
      return;
    }
    this.learn(passage, result);
  }

  override believedOf(key: number): number {
    return this.limiters[key]?.used(this.kernel.now) ?? NaN;
  }

  override entitledOf(key: number): number {
    return this.twins[key]?.used(this.kernel.now) ?? NaN;
  }

  private learn(passage: Passage, result: Result): void {
    if (passage.mark !== PASSED) return;
    const { now } = this.kernel;
    const limiter = this.limiterOf(this.limiters, passage.ticket);
    limiter.ended(now, kindOf(result), now - passage.startedAt);
    const { refusalCost } = this.config;
    if (refusalCost === 0 || !this.isOffence(result)) return;
    if (this.ledger !== null) this.ledger.charged(this.identity, passage, result, refusalCost);
    // Penalty counts are memory that no view backs: without drift there are none.
    if (!this.spec.idealised.drift) limiter.charge(now, refusalCost);
  }

  /** A refusal counts against the client unless the limiter can see that another layer made it. */
  private isOffence(result: Result): boolean {
    const kind = kindOf(result);
    if (kind !== REFUSED && kind !== LIMITED) return false;
    const sees = isVisible(result) || this.spec.idealised.leak;
    return !(sees && originOf(result) >= 0);
  }

  private askTwin(passage: Passage, key: number, now: number): void {
    const { call, place } = passage;
    const bit = 1 << place;
    if ((call.seenBy & bit) !== 0) return;
    call.seenBy |= bit;
    const twin = this.limiterOf(this.twins, key);
    if (twin.acquire(now, this.twinDraw.at(call.pathHigh, call.pathLow, 0)) !== DENIED) call.allowedBy |= bit;
  }

  private purposeOf(passage: Passage): 'protection' | 'quotaKept' | 'quotaBroken' {
    if (this.config.purpose === 'protection') return 'protection';
    return (passage.call.allowedBy & (1 << passage.place)) !== 0 ? 'quotaKept' : 'quotaBroken';
  }

  private limiterOf(limiters: (LimiterPolicy | undefined)[], key: number): LimiterPolicy {
    let limiter = limiters[key];
    if (limiter === undefined) {
      limiter = this.definition.create(this.spec.config as never, ownDraws(this.context.root, this.spec.name, key));
      limiters[key] = limiter;
    }
    return limiter;
  }
}
