import { Draw } from '../../kernel/random.ts';
import { buildGauge } from '../../signals/build-gauge.ts';
import type { GaugeView, GaugeWatcher } from '../../signals/gauge-view.ts';
import { LOAD } from '../../signals/gauge-view.ts';
import { isLive } from '../../signals/metrics.ts';
import { ResultStream } from '../../signals/result-stream.ts';
import type { ResultReader } from '../../signals/result-stream.ts';
import { Layer } from '../../stack/layer.ts';
import type { Passage } from '../../stack/passage.ts';
import { CANCELLED, kindOf, NO_INSTANCE, REFUSED } from '../../stack/result.ts';
import type { Kind, Result } from '../../stack/result.ts';
import type { MembershipWatcher } from '../../world/service.ts';
import type { LayerContext, LayerSpec } from '../kind.ts';
import { ownDraws } from '../own-draws.ts';
import type { Ejector } from './ejector.ts';
import { KnownHosts } from './known-hosts.ts';
import { OwnPicks } from './own-picks.ts';
import type { BalancerPolicy, BalancerPolicyDefinition } from './policy.ts';

export interface LoadBalancerConfig {
  readonly countOwnSince: boolean;
  /** Below this share of hosts that are not ejected, ejections are ignored. */
  readonly panicThreshold: number;
}

/** Chooses the instance for everything inside it, on its own view of their loads and results. */
export class LoadBalancerLayer extends Layer implements MembershipWatcher, GaugeWatcher, ResultReader {
  readonly hosts: KnownHosts;
  private readonly config: LoadBalancerConfig;
  private readonly policy: BalancerPolicy;
  private readonly usesLoad: boolean;
  private readonly byKey: boolean;
  private readonly ejector: Ejector | null;
  private readonly view: GaugeView | null;
  private readonly stream: ResultStream | null;
  /** Own requests in flight on each host. */
  private readonly inFlight: Float64Array;
  private readonly ownPicks: OwnPicks | null;
  private readonly pickDraw: Draw;
  private readonly context: LayerContext;
  /** Which hosts were ready when the candidates last changed; kept only where transitions are noted. */
  private readonly wasReady: Uint8Array;
  private panicking = false;

  constructor(
    spec: LayerSpec,
    definition: BalancerPolicyDefinition,
    config: LoadBalancerConfig,
    ejector: Ejector | null,
    context: LayerContext,
  ) {
    super(context.identity, context.edge, context.slot);
    this.context = context;
    this.config = config;
    this.ejector = ejector;
    const { service } = this.edge;
    const n = service.instances.length;
    const { metrics, source, name } = spec;
    const { root } = context;
    this.usesLoad = definition.looksAt.includes('load');
    this.byKey = definition.byKey === true;
    this.pickDraw = new Draw(root, 'pick', name);
    this.inFlight = new Float64Array(n);
    this.wasReady = new Uint8Array(n);
    for (const host of service.ready) this.wasReady[host] = 1;
    const { ticker, disturbances } = context;
    const reader = { kernel: this.kernel, ticker, root, owner: name, metrics, disturbances };
    this.view = source === 'reported' && this.usesLoad ? buildGauge(service, LOAD, reader) : null;
    this.ownPicks = this.view !== null && config.countOwnSince ? new OwnPicks(n) : null;
    const late = source === 'reported' && !isLive(metrics);
    const hears = definition.looksAt.includes('results') || ejector !== null;
    this.stream = late && hears ? new ResultStream(metrics, root, name, disturbances) : null;
    // With full detail a balancer knows what each instance can do: loads are compared relative to capacity.
    const weights =
      spec.idealised.leak && this.usesLoad
        ? Float64Array.from(service.instances, ({ slowness }) => 1 / slowness)
        : null;
    const seen = this.view === null ? this.inFlight : this.view.values;
    this.hosts = new KnownHosts(seen, this.view, this.ownPicks, weights);
    this.hosts.setCandidates(service.ready);
    this.policy = definition.create(spec.config as never, {
      view: this.hosts,
      draws: ownDraws(root, name, 0),
    });
    if (this.view !== null) this.view.watcher = this;
    service.membershipWatchers.push(this);
    if (ejector !== null) {
      ejector.hostsChanged(service.ready, this.kernel.now);
      context.ticker.every(ejector.interval, ejector.interval, (now) => this.sweep(now));
    }
  }

  // --- deciding --------------------------------------------------------------------------------------------------

  attempt(passage: Passage): void {
    const { now } = this.kernel;
    passage.mark = -1;
    this.lookAround(now);
    const host = this.choose(passage, now);
    if (host < 0) {
      if (this.ledger !== null) this.ledger.foundNone(this.identity, passage, this.heardAsOf(now));
      if (this.identity.shadow) this.edge.forward(passage);
      else this.edge.finish(passage, this.refusal(REFUSED, NO_INSTANCE));
      return;
    }
    if (this.ledger !== null) {
      const asOf = this.view === null ? this.heardAsOf(now) : this.view.asOf(host);
      this.ledger.selected(this.identity, passage, host, asOf, this.usesLoad ? this.hosts.load(host) : NaN);
    }
    passage.mark = host;
    this.send(host, now);
    if (this.identity.shadow) this.edge.forward(passage);
    else this.edge.forwardTo(passage, host, this.identity.index);
  }

  /** Takes in what has been reported by now. */
  private lookAround(now: number): void {
    if (this.view !== null) this.view.refresh(now);
    if (this.stream !== null) this.stream.drain(now, this);
  }

  /** Up to when it has heard of results; now where it hears them itself, or does not listen. */
  private heardAsOf(now: number): number {
    return this.stream === null ? now : this.stream.asOf(now);
  }

  private choose(passage: Passage, now: number): number {
    if (this.hosts.count === 0) return -1;
    const { call } = passage;
    const key = this.byKey ? this.context.clientOf(call) : 0;
    // A retry outside may want the instances avoided that it has tried: the choice is then repeated, a few times.
    const again = passage.avoids === null ? 0 : passage.avoids.selectionAttempts;
    for (let attempt = 0; ; attempt++) {
      const draw = this.pickDraw.at(call.pathHigh, call.pathLow, this.nextDraw(passage));
      const host = this.policy.pick(now, draw, key);
      if (attempt >= again || !passage.avoids!.avoid.includes(host)) return host;
    }
  }

  private send(host: number, now: number): void {
    this.inFlight[host]++;
    if (this.ownPicks !== null) this.ownPicks.add(host, now);
    const { policy } = this;
    if (policy.sent !== undefined) policy.sent(host, now);
    if (this.usesLoad && (this.view === null || this.ownPicks !== null) && policy.loadChanged !== undefined) {
      policy.loadChanged(host);
    }
  }

  // --- hearing ---------------------------------------------------------------------------------------------------

  result(passage: Passage, _child: Passage, result: Result): void {
    this.heard(passage, result);
    this.edge.finish(passage, result);
  }

  override abandoned(passage: Passage, result: Result): void {
    this.heard(passage, result);
  }

  private heard(passage: Passage, result: Result): void {
    const host = passage.mark;
    if (host < 0) return;
    const { now } = this.kernel;
    this.inFlight[host]--;
    if (this.usesLoad && this.view === null && this.policy.loadChanged !== undefined) this.policy.loadChanged(host);
    const elapsed = now - passage.startedAt;
    if (this.ledger !== null && this.ejector !== null) this.ledger.charged(this.identity, passage, result, 1);
    if (this.stream === null) this.learn(now, host, kindOf(result), elapsed);
    else if (!this.stream.push(now, host, kindOf(result), elapsed, 0)) this.neverHeard(host, elapsed, now);
  }

  /** How an attempt ended is lost on the way; that it is over the balancer knows by itself. */
  private neverHeard(host: number, elapsed: number, now: number): void {
    this.stream!.drain(now, this);
    if (this.policy.ended !== undefined) this.policy.ended(host, now, CANCELLED, elapsed);
  }

  read(at: number, key: number, result: number, duration: number): void {
    this.learn(at, key, result as Kind, duration);
  }

  private learn(now: number, host: number, kind: Kind, elapsed: number): void {
    const { policy, ejector } = this;
    if (policy.ended !== undefined) policy.ended(host, now, kind, elapsed);
    if (ejector === null) return;
    const before = ejector.isEjected(host);
    ejector.onResult(host, kind, now);
    if (ejector.isEjected(host) !== before) this.candidatesChanged(now);
  }

  override believedOf(host: number): number {
    return this.usesLoad ? this.hosts.load(host) : NaN;
  }

  viewChanged(host: number): void {
    if (this.policy.loadChanged !== undefined) this.policy.loadChanged(host);
  }

  // --- the hosts -------------------------------------------------------------------------------------------------

  membershipChanged(): void {
    const { now } = this.kernel;
    if (this.ejector !== null) this.ejector.hostsChanged(this.edge.service.ready, now);
    this.candidatesChanged(now);
  }

  private sweep(now: number): void {
    if (this.stream !== null) this.stream.drain(now, this);
    this.ejector!.sweep(now);
    this.candidatesChanged(now);
  }

  /** Those that are ready and not ejected; all that are ready if too few would be left. */
  private candidatesChanged(now: number): void {
    const { ejector, hosts } = this;
    const { ready } = this.edge.service;
    const before =
      ejector !== null && this.ledger !== null
        ? this.edge.service.instances.map(({ index }) => hosts.isCandidate(index))
        : null;
    const healthy = ejector === null ? ready : ready.filter((host) => !ejector.isEjected(host));
    this.panicking = healthy.length < this.config.panicThreshold * ready.length;
    hosts.setCandidates(this.panicking ? ready : healthy);
    if (before !== null) this.noteTransitions(before, now);
    if (this.policy.candidatesChanged !== undefined) this.policy.candidatesChanged();
  }

  private noteTransitions(before: readonly boolean[], now: number): void {
    const { ready } = this.edge.service;
    const asOf = this.heardAsOf(now);
    for (const host of ready) {
      const is = this.hosts.isCandidate(host);
      // One that has just joined has not been readmitted.
      if (is === before[host] || this.wasReady[host] === 0) continue;
      this.ledger!.transition(this.identity, host, is ? 'ejected' : 'in', is ? 'in' : 'ejected', asOf);
    }
    this.wasReady.fill(0);
    for (const host of ready) this.wasReady[host] = 1;
  }
}
