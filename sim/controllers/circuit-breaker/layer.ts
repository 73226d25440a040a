import { isLive } from '../../signals/metrics.ts';
import { ResultStream } from '../../signals/result-stream.ts';
import type { ResultReader } from '../../signals/result-stream.ts';
import { Layer } from '../../stack/layer.ts';
import type { Passage } from '../../stack/passage.ts';
import {
  CANCELLED,
  CIRCUIT_OPEN,
  isVisible,
  kindOf,
  LIMITED,
  OK,
  originOf,
  REFUSED,
  TIMED_OUT,
} from '../../stack/result.ts';
import type { Result } from '../../stack/result.ts';
import { keyOf } from '../keys.ts';
import type { KeyBy } from '../keys.ts';
import type { LayerContext, LayerSpec } from '../kind.ts';
import { ownDraws } from '../own-draws.ts';
import { BREAKER_STATE_NAMES, CLOSED, NO_TICKET, OPEN } from './policy.ts';
import type { BreakerPolicy, BreakerPolicyDefinition, BreakerState } from './policy.ts';

export interface CircuitBreakerConfig {
  readonly key: KeyBy;
  readonly countTimeouts: boolean;
  readonly countRefusals: boolean;
  readonly countLimited: boolean;
}

/** How a result counts for a breaker. */
const SUCCESS = 0;
const FAILURE = 1;
const IGNORED = 2;

/** Refuses attempts while what it has seen of their key says that they would fail. */
export class CircuitBreakerLayer extends Layer implements ResultReader {
  private readonly spec: LayerSpec;
  private readonly config: CircuitBreakerConfig;
  private readonly definition: BreakerPolicyDefinition;
  private readonly context: LayerContext;
  private readonly breakers: (BreakerPolicy | undefined)[] = [];
  private readonly states: BreakerState[] = [];
  private readonly stream: ResultStream | null;
  private readonly refused: Result;

  constructor(
    spec: LayerSpec,
    definition: BreakerPolicyDefinition,
    config: CircuitBreakerConfig,
    context: LayerContext,
  ) {
    super(context.identity, context.edge, context.slot);
    this.spec = spec;
    this.definition = definition;
    this.config = config;
    this.context = context;
    const late = spec.source === 'reported' && !isLive(spec.metrics);
    this.stream = late ? new ResultStream(spec.metrics, context.root, spec.name, context.disturbances) : null;
    this.refused = this.refusal(REFUSED, CIRCUIT_OPEN);
  }

  attempt(passage: Passage): void {
    const { now } = this.kernel;
    if (this.stream !== null) this.stream.drain(now, this);
    const key = keyOf(this.config.key, passage, this.context);
    passage.mark = key;
    const breaker = this.breakerOf(key);
    const ticket = this.ask(breaker, now);
    passage.ticket = ticket;
    // Asking can only end what was not closed.
    if (this.states[key] !== CLOSED) this.noteState(key, breaker, now);
    if (ticket === NO_TICKET) {
      if (this.ledger !== null) this.ledger.refused(this.identity, passage, CIRCUIT_OPEN, this.asOf(now), 'protection');
      if (!this.identity.shadow) {
        this.edge.finish(passage, this.refused);
        return;
      }
    } else if (this.ledger !== null) {
      this.ledger.admitted(this.identity, passage, this.asOf(now));
    }
    this.edge.forward(passage);
  }

  private ask(breaker: BreakerPolicy, now: number): number {
    // Without drift there is no memory of having opened: only what is seen now decides.
    if (this.spec.idealised.drift) {
      if (breaker.tripped(now)) return NO_TICKET;
      return breaker.state(now) === OPEN ? FORGOTTEN : breaker.acquire(now);
    }
    return breaker.acquire(now);
  }

  result(passage: Passage, _child: Passage, result: Result): void {
    this.learn(passage, result);
    this.edge.finish(passage, result);
  }

  override abandoned(passage: Passage, result: Result): void {
    this.learn(passage, result);
  }

  private learn(passage: Passage, result: Result): void {
    if (passage.ticket === NO_TICKET) return;
    const { now } = this.kernel;
    const counts = this.countsAs(result);
    if (this.ledger !== null && counts === FAILURE) this.ledger.charged(this.identity, passage, result, 1);
    const elapsed = now - passage.startedAt;
    if (this.stream === null) this.read(now, passage.mark, counts, elapsed, passage.ticket);
    else if (!this.stream.push(now, passage.mark, counts, elapsed, passage.ticket)) this.neverHeard(passage, now);
  }

  /** What became of a call is lost on the way; that it is over the breaker knows by itself, else its permit were gone. */
  private neverHeard(passage: Passage, now: number): void {
    this.stream!.drain(now, this);
    this.read(now, passage.mark, IGNORED, 0, passage.ticket);
  }

  private countsAs(result: Result): number {
    const kind = kindOf(result);
    if (kind === OK) return SUCCESS;
    if (kind === CANCELLED) return IGNORED;
    if (kind === TIMED_OUT) return this.config.countTimeouts ? FAILURE : IGNORED;
    if (kind === REFUSED || kind === LIMITED) {
      // A refusal that it can see another layer made says nothing of the service. With full detail it always sees.
      const sees = isVisible(result) || this.spec.idealised.leak;
      if (sees && originOf(result) >= 0) return IGNORED;
      return (kind === REFUSED ? this.config.countRefusals : this.config.countLimited) ? FAILURE : IGNORED;
    }
    return FAILURE;
  }

  read(at: number, key: number, counts: number, duration: number, ticket: number): void {
    const breaker = this.breakerOf(key);
    if (counts === IGNORED) breaker.release(at, ticket);
    else breaker.record(at, ticket, counts === FAILURE, duration);
    this.noteState(key, breaker, at);
  }

  private breakerOf(key: number): BreakerPolicy {
    let breaker = this.breakers[key];
    if (breaker === undefined) {
      breaker = this.definition.create(this.spec.config as never, ownDraws(this.context.root, this.spec.name, key));
      this.breakers[key] = breaker;
      this.states[key] = breaker.state(this.kernel.now);
    }
    return breaker;
  }

  private noteState(key: number, breaker: BreakerPolicy, at: number): void {
    if (this.ledger === null) return;
    const state = breaker.state(at);
    const before = this.states[key];
    if (state === before) return;
    this.states[key] = state;
    const { now } = this.kernel;
    this.ledger.transition(this.identity, key, BREAKER_STATE_NAMES[before], BREAKER_STATE_NAMES[state], this.asOf(now));
  }

  private asOf(now: number): number {
    return this.stream === null ? now : this.stream.asOf(now);
  }
}

/** The ticket of a call that only a breaker without memory lets through. */
const FORGOTTEN = 0;
