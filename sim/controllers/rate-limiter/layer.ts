import { Draw } from '../../kernel/random.ts';
import { Layer } from '../../stack/layer.ts';
import type { Passage } from '../../stack/passage.ts';
import { isVisible, kindOf, LIMITED, originOf, RATE_LIMITED, REFUSED } from '../../stack/result.ts';
import type { Result } from '../../stack/result.ts';
import { CopyStates } from '../copy-states.ts';
import { keyOf } from '../keys.ts';
import type { KeyBy } from '../keys.ts';
import type { LayerContext, LayerSpec } from '../kind.ts';
import { ownDraws } from '../own-draws.ts';
import type { Settings, SettingsOf } from '../settings.ts';
import { DENIED } from './policy.ts';
import type { LimiterPolicy, LimiterPolicyDefinition } from './policy.ts';

export interface RateLimiterConfig {
  readonly key: KeyBy;
  /** Taken from the bucket for each refusal that it takes for the client's offence. */
  readonly refusalCost: number;
  readonly purpose: 'quota' | 'protection';
  /** How often copies tell each other what they have let through; left out if never. */
  readonly synchronise?: number;
}

/** What a passage's `mark` says. */
const PASSED = 1;
const WAITING = 2;
const BEING_DENIED = 3;

/** Keys are below this, so that a generation and a key make one number. */
const KEYS = 1 << 20;

/** One copy of the layer: its settings, and a limiter for each key. */
class LimiterCopy {
  readonly config: RateLimiterConfig;
  /** Told apart from the copy in its place before the state was lost: what that had let through is not this one's. */
  readonly generation: number;
  readonly limiters: (LimiterPolicy | undefined)[] = [];
  /** By key, what has passed since the copies last told each other. */
  readonly passed: number[] = [];

  constructor(settings: Settings, generation: number) {
    this.config = settings as unknown as RateLimiterConfig;
    this.generation = generation;
  }
}

/** Lets through what its policy allows, for each key. */
export class RateLimiterLayer extends Layer {
  private readonly spec: LayerSpec;
  private readonly definition: LimiterPolicyDefinition;
  private readonly context: LayerContext;
  private readonly copies: CopyStates<LimiterCopy>;
  /** The same policy, charged once for each distinct request and without penalties: what a quota should have allowed. */
  private readonly twins: (LimiterPolicy | undefined)[] = [];
  private readonly draw: Draw;
  private readonly twinDraw: Draw;
  private readonly denial: Result;
  private readonly oneCopy: boolean;
  private generations = 0;

  constructor(spec: LayerSpec, definition: LimiterPolicyDefinition, context: LayerContext) {
    super(context.identity, context.edge, context.slot);
    this.spec = spec;
    this.definition = definition;
    this.context = context;
    this.copies = new CopyStates(spec.config, (settings) => new LimiterCopy(settings, this.generations++));
    this.draw = new Draw(context.root, 'limit', spec.name);
    this.twinDraw = new Draw(context.root, 'twin', spec.name);
    this.denial = this.refusal(LIMITED, RATE_LIMITED);
    // Copies that know of each other at once are one.
    this.oneCopy = context.copies.isShared || spec.idealised.drift;
    const { synchronise } = spec.config as unknown as RateLimiterConfig;
    if (!this.oneCopy && synchronise !== undefined && synchronise > 0) {
      context.ticker.every(synchronise, synchronise, (now) => this.synchronise(now));
    }
  }

  attempt(passage: Passage): void {
    const { now } = this.kernel;
    const copy = this.oneCopy ? 0 : this.context.copies.of(passage);
    passage.copy = copy;
    const state = this.copies.at(copy);
    const key = keyOf(state.config.key, passage, this.context);
    passage.ticket = state.generation * KEYS + key;
    const { call } = passage;
    if (this.ledger !== null && state.config.purpose === 'quota') this.askTwin(passage, key, now);
    const limiter = this.limiterOf(state, copy, key);
    const wait = limiter.acquire(now, this.draw.at(call.pathHigh, call.pathLow, this.nextDraw(passage)));
    if (wait === DENIED) {
      this.deny(passage, limiter, state.config);
      return;
    }
    if (!this.oneCopy) state.passed[key] = (state.passed[key] ?? 0) + 1;
    if (this.ledger !== null) this.ledger.admitted(this.identity, passage, now);
    if (wait > 0 && !this.identity.shadow) {
      passage.mark = WAITING;
      this.edge.scheduleTimerAnywhere(passage, wait);
      return;
    }
    passage.mark = PASSED;
    this.edge.forward(passage);
  }

  private deny(passage: Passage, limiter: LimiterPolicy, config: RateLimiterConfig): void {
    if (this.ledger !== null) {
      const purpose = this.purposeOf(passage, config);
      this.ledger.refused(this.identity, passage, RATE_LIMITED, this.kernel.now, purpose);
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
      const limiter = this.limiterOfPassage(passage);
      if (limiter?.abandoned !== undefined) limiter.abandoned(this.kernel.now, passage.timerAt);
      return;
    }
    this.learn(passage, result);
  }

  override believedOf(key: number): number {
    return this.copies.made[0]?.limiters[key]?.used(this.kernel.now) ?? NaN;
  }

  override entitledOf(key: number): number {
    return this.twins[key]?.used(this.kernel.now) ?? NaN;
  }

  private learn(passage: Passage, result: Result): void {
    if (passage.mark !== PASSED) return;
    const limiter = this.limiterOfPassage(passage);
    if (limiter === null) return;
    const { now } = this.kernel;
    limiter.ended(now, kindOf(result), now - passage.startedAt);
    const { refusalCost } = this.copies.at(passage.copy).config;
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

  /** Each copy takes off what the others have let through since they last told each other. */
  private synchronise(now: number): void {
    const totals: number[] = [];
    for (const state of this.copies.made) {
      state?.passed.forEach((count, key) => (totals[key] = (totals[key] ?? 0) + count));
    }
    this.copies.made.forEach((state, copy) => {
      if (state === undefined) return;
      totals.forEach((total, key) => {
        const others = total - (state.passed[key] ?? 0);
        if (others > 0) this.limiterOf(state, copy, key).charge(now, others);
      });
    });
    for (const state of this.copies.made) state?.passed.fill(0);
  }

  private askTwin(passage: Passage, key: number, now: number): void {
    const { call, place } = passage;
    const bit = 1 << place;
    if ((call.seenBy & bit) !== 0) return;
    call.seenBy |= bit;
    let twin = this.twins[key];
    if (twin === undefined) {
      twin = this.definition.create(this.spec.config as never, ownDraws(this.context.root, this.spec.name, key));
      this.twins[key] = twin;
    }
    if (twin.acquire(now, this.twinDraw.at(call.pathHigh, call.pathLow, 0)) !== DENIED) call.allowedBy |= bit;
  }

  private purposeOf(passage: Passage, config: RateLimiterConfig): 'protection' | 'quotaKept' | 'quotaBroken' {
    if (config.purpose === 'protection') return 'protection';
    return (passage.call.allowedBy & (1 << passage.place)) !== 0 ? 'quotaKept' : 'quotaBroken';
  }

  override reset(affected: (copy: number) => boolean): void {
    this.copies.reset(affected);
  }

  override reconfigure(settingsOf: SettingsOf, affected: (copy: number) => boolean): void {
    this.copies.reconfigure(settingsOf, affected);
  }

  /** The limiter that has let a passage through; null if it has lost its state since. */
  private limiterOfPassage(passage: Passage): LimiterPolicy | null {
    const state = this.copies.at(passage.copy);
    const key = passage.ticket - state.generation * KEYS;
    return key >= 0 && key < KEYS ? this.limiterOf(state, passage.copy, key) : null;
  }

  private limiterOf(state: LimiterCopy, copy: number, key: number): LimiterPolicy {
    let limiter = state.limiters[key];
    if (limiter === undefined) {
      const draws = ownDraws(this.context.root, this.spec.name, copy * 65536 + key);
      limiter = this.definition.create(state.config as never, draws);
      state.limiters[key] = limiter;
    }
    return limiter;
  }
}
