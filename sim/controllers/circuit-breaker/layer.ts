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
import { CopyStates } from '../copy-states.ts';
import { keyOf } from '../keys.ts';
import type { KeyBy } from '../keys.ts';
import type { LayerContext, LayerSpec } from '../kind.ts';
import { ownDraws } from '../own-draws.ts';
import type { Settings, SettingsOf } from '../settings.ts';
import { BREAKER_STATE_NAMES, CLOSED, NO_TICKET } from './policy.ts';
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

/** One copy of the layer: its settings, and a breaker for each key. */
class BreakerCopy {
  readonly config: CircuitBreakerConfig;
  readonly breakers: (BreakerPolicy | undefined)[] = [];
  readonly states: BreakerState[] = [];
  /** By key, calls that are under way; kept only without drift. */
  readonly underWay: number[] = [];

  constructor(settings: Settings) {
    this.config = settings as unknown as CircuitBreakerConfig;
  }
}

/** Keys are below this, so that copy and key make one number on a stream. */
const KEYS = 1 << 20;

/** Refuses attempts while what it has seen of their key says that they would fail. */
export class CircuitBreakerLayer extends Layer implements ResultReader {
  private readonly spec: LayerSpec;
  private readonly definition: BreakerPolicyDefinition;
  private readonly context: LayerContext;
  private readonly copies: CopyStates<BreakerCopy>;
  private readonly stream: ResultStream | null;
  private readonly refused: Result;

  constructor(spec: LayerSpec, definition: BreakerPolicyDefinition, context: LayerContext) {
    super(context.identity, context.edge, context.slot);
    this.spec = spec;
    this.definition = definition;
    this.context = context;
    this.copies = new CopyStates(spec.config, (settings) => new BreakerCopy(settings));
    const late = spec.source === 'reported' && !isLive(spec.metrics);
    this.stream = late ? new ResultStream(spec.metrics, context.root, spec.name, context.disturbances) : null;
    this.refused = this.refusal(REFUSED, CIRCUIT_OPEN);
  }

  attempt(passage: Passage): void {
    const { now } = this.kernel;
    if (this.stream !== null) this.stream.drain(now, this);
    const copy = this.context.copies.of(passage);
    passage.copy = copy;
    const state = this.copies.at(copy);
    const key = keyOf(state.config.key, passage, this.context);
    passage.mark = key;
    const breaker = state.breakers[key] ?? this.makeBreaker(state, copy, key);
    const ticket = this.ask(state, key, breaker, now);
    passage.ticket = ticket;
    // Asking can only end what was not closed.
    if (state.states[key] !== CLOSED) this.noteState(state, copy, key, breaker, now);
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

  private ask(state: BreakerCopy, key: number, breaker: BreakerPolicy, now: number): number {
    const { metrics, idealised } = this.spec;
    if (metrics.maxAge < Infinity && metrics.onStale === 'allow' && now - this.asOf(now) > metrics.maxAge) {
      return FORGOTTEN;
    }
    return idealised.drift ? this.askWithoutMemory(state, key, breaker, now) : breaker.acquire(now);
  }

  /**
   * Without drift there is no memory of having opened, of waits or of probes: only what is seen now decides. A view that
   * refuses everything would never change again where results do not age, so one call at a time keeps it current.
   */
  private askWithoutMemory({ underWay }: BreakerCopy, key: number, breaker: BreakerPolicy, now: number): number {
    const open = underWay[key] ?? 0;
    if (breaker.tripped(now) && open > 0) return NO_TICKET;
    const ticket = breaker.state(now) === CLOSED ? breaker.acquire(now) : FORGOTTEN;
    underWay[key] = open + 1;
    return ticket === NO_TICKET ? FORGOTTEN : ticket;
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
    const copy = this.copies.at(passage.copy);
    if (this.spec.idealised.drift && copy.underWay[passage.mark] > 0) copy.underWay[passage.mark]--;
    const counts = this.countsAs(result, copy.config);
    if (this.ledger !== null && counts === FAILURE) this.ledger.charged(this.identity, passage, result, 1);
    const elapsed = now - passage.startedAt;
    const subject = passage.copy * KEYS + passage.mark;
    if (this.stream === null) this.read(now, subject, counts, elapsed, passage.ticket);
    else if (!this.stream.push(now, subject, counts, elapsed, passage.ticket))
      this.neverHeard(subject, passage.ticket, now);
  }

  /** What became of a call is lost on the way; that it is over the breaker knows by itself, else its permit were gone. */
  private neverHeard(subject: number, ticket: number, now: number): void {
    this.stream!.drain(now, this);
    this.read(now, subject, IGNORED, 0, ticket);
  }

  private countsAs(result: Result, config: CircuitBreakerConfig): number {
    const kind = kindOf(result);
    if (kind === OK) return SUCCESS;
    if (kind === CANCELLED) return IGNORED;
    if (kind === TIMED_OUT) return config.countTimeouts ? FAILURE : IGNORED;
    if (kind === REFUSED || kind === LIMITED) {
      // A refusal that it can see another layer made says nothing of the service. With full detail it always sees.
      const sees = isVisible(result) || this.spec.idealised.leak;
      if (sees && originOf(result) >= 0) return IGNORED;
      return (kind === REFUSED ? config.countRefusals : config.countLimited) ? FAILURE : IGNORED;
    }
    return FAILURE;
  }

  read(at: number, subject: number, counts: number, duration: number, ticket: number): void {
    const copy = Math.floor(subject / KEYS);
    const key = subject - copy * KEYS;
    const state = this.copies.at(copy);
    const breaker = state.breakers[key] ?? this.makeBreaker(state, copy, key);
    if (counts === IGNORED) breaker.release(at, ticket);
    else breaker.record(at, ticket, counts === FAILURE, duration);
    this.noteState(state, copy, key, breaker, at);
  }

  override reset(affected: (copy: number) => boolean): void {
    this.copies.reset(affected);
  }

  override reconfigure(settingsOf: SettingsOf, affected: (copy: number) => boolean): void {
    this.copies.reconfigure(settingsOf, affected);
  }

  private makeBreaker(state: BreakerCopy, copy: number, key: number): BreakerPolicy {
    const draws = ownDraws(this.context.root, this.spec.name, copy * KEYS + key);
    const breaker = this.definition.create(state.config as never, draws);
    state.breakers[key] = breaker;
    state.states[key] = breaker.state(this.kernel.now);
    return breaker;
  }

  private noteState({ states }: BreakerCopy, copy: number, key: number, breaker: BreakerPolicy, at: number): void {
    if (this.ledger === null) return;
    const state = breaker.state(at);
    const before = states[key];
    if (state === before) return;
    states[key] = state;
    const { now } = this.kernel;
    const subject = copy * KEYS + key;
    this.ledger.transition(
      this.identity,
      subject,
      BREAKER_STATE_NAMES[before],
      BREAKER_STATE_NAMES[state],
      this.asOf(now),
    );
  }

  private asOf(now: number): number {
    return this.stream === null ? now : this.stream.asOf(now);
  }
}

/** The ticket of a call that only a breaker without memory lets through. */
const FORGOTTEN = 0;
