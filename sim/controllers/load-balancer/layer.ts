import { PHASE_SAMPLE, PHASE_WORLD } from '../../kernel/event-queue.ts';
import { below, Draw } from '../../kernel/random.ts';
import { SECOND } from '../../kernel/time.ts';
import { buildGauge } from '../../signals/build-gauge.ts';
import type { GaugeView, GaugeWatcher } from '../../signals/gauge-view.ts';
import { LOAD } from '../../signals/gauge-view.ts';
import { isLive } from '../../signals/metrics.ts';
import { ResultStream } from '../../signals/result-stream.ts';
import type { ResultReader } from '../../signals/result-stream.ts';
import { Layer } from '../../stack/layer.ts';
import type { Passage } from '../../stack/passage.ts';
import { ALL_INSTANCES, isInPool } from '../../stack/pools.ts';
import { CANCELLED, isVisible, kindOf, LIMITED, NO_INSTANCE, originOf, REFUSED } from '../../stack/result.ts';
import type { Kind, Result } from '../../stack/result.ts';
import type { Call } from '../../world/call.ts';
import type { Instance } from '../../world/instance.ts';
import type { MembershipWatcher } from '../../world/service.ts';
import type { LayerContext, LayerSpec } from '../kind.ts';
import { ownDraws } from '../own-draws.ts';
import { settingsIn } from '../settings.ts';
import type { SettingsOf } from '../settings.ts';
import { HealthProbe, NO_CLIENT } from '../../world/health-probe.ts';
import type { Prober } from '../../world/health-probe.ts';
import { Balancer } from './balancer.ts';
import { HealthChecks } from './health-checks.ts';
import type { HealthCheckConfig } from './health-checks.ts';
import { buildEjector } from './outlier-detection.ts';
import type { OutlierDetectionConfig } from './outlier-detection.ts';
import { random as randomChoice } from './policies/random.ts';
import type { BalancerPolicyDefinition } from './policy.ts';

export interface LoadBalancerConfig {
  readonly countOwnSince: boolean;
  /** Below this share of hosts that are not ejected, ejections are ignored. */
  readonly panicThreshold: number;
  /** How long until it learns that an instance came, went or is ready. */
  readonly discovery: number;
  /** Relative weights of the instances, repeated if there are more of these. */
  readonly weights?: readonly number[];
  readonly outlierDetection?: OutlierDetectionConfig;
  readonly healthCheck?: HealthCheckConfig;
}

/** Hosts are below this, so that balancer and host make one number on a stream. */
const HOSTS = 1 << 16;

/** Chooses the instance for everything inside it, on its own view of their loads and results. */
export class LoadBalancerLayer extends Layer implements MembershipWatcher, GaugeWatcher, ResultReader {
  private readonly spec: LayerSpec;
  private readonly definition: BalancerPolicyDefinition;
  private readonly context: LayerContext;
  private readonly usesLoad: boolean;
  private readonly view: GaugeView | null;
  private readonly stream: ResultStream | null;
  private readonly weights: Float64Array | null;
  private readonly capacities: Float64Array | null;
  private readonly pickDraw: Draw;
  /** One for each copy and pool, made when first needed. */
  private readonly balancers: Balancer[] = [];
  private readonly byCopyAndPool = new Map<number, number>();
  /** By balancer: its copy and its pool. */
  private readonly copyOf: number[] = [];
  private readonly poolOf: number[] = [];
  /** Instances that are ready, as discovery has it. */
  private known: readonly number[];
  /** Settings that some copies run on with in the place of the declared ones. */
  private change: SettingsOf | null = null;

  constructor(spec: LayerSpec, definition: BalancerPolicyDefinition, context: LayerContext) {
    super(context.identity, context.edge, context.slot);
    this.spec = spec;
    this.definition = definition;
    this.context = context;
    const { service } = this.edge;
    const { metrics, source, name } = spec;
    const { root, ticker, disturbances } = context;
    const config = spec.config as unknown as LoadBalancerConfig;
    this.usesLoad = definition.looksAt.includes('load');
    // One that chooses at random chooses as the edge does without it: it changes no request's fate.
    this.pickDraw = definition === randomChoice ? this.edge.routerDraw : new Draw(root, 'pick', name);
    const reader = { kernel: this.kernel, ticker, root, owner: name, metrics, disturbances };
    this.view = source === 'reported' && this.usesLoad ? buildGauge(service, LOAD, reader) : null;
    const late = source === 'reported' && !isLive(metrics);
    const hears = definition.looksAt.includes('results') || config.outlierDetection !== undefined;
    this.stream = late && hears ? new ResultStream(metrics, root, name, disturbances) : null;
    // With full detail a balancer knows what each instance can do: loads are compared relative to capacity.
    this.weights = config.weights === undefined ? null : repeated(config.weights, service.instances.length);
    this.capacities =
      spec.idealised.leak && this.usesLoad
        ? Float64Array.from(service.instances, (instance) => capacityAt(instance, 0))
        : null;
    if (this.capacities !== null) this.followCapacities(this.capacities);
    this.known = [...service.ready];
    if (this.view !== null) this.view.watcher = this;
    service.membershipWatchers.push(this);
    this.startSweeping(config);
  }

  /** What the faults of an instance do to its capacity is known as late as its load at the latest. */
  private followCapacities(capacities: Float64Array): void {
    const { metrics, source } = this.spec;
    const age = source === 'reported' ? metrics.lag + metrics.interval + metrics.jitter : 0;
    for (const instance of this.edge.service.instances) {
      for (const moment of instance.profile?.moments ?? []) {
        this.context.ticker.at(moment + age, PHASE_SAMPLE, () => {
          capacities[instance.index] = capacityAt(instance, moment);
          this.viewChanged(instance.index);
        });
      }
    }
  }

  private startSweeping(config: LoadBalancerConfig): void {
    if (config.outlierDetection === undefined) return;
    const { interval } = config.outlierDetection;
    this.context.ticker.every(interval, interval, (now) => this.sweep(now));
  }

  // --- deciding --------------------------------------------------------------------------------------------------

  attempt(passage: Passage): void {
    const { now } = this.kernel;
    passage.mark = -1;
    if (this.view !== null) this.view.refresh(now);
    if (this.stream !== null) this.stream.drain(now, this);
    const index = this.balancerFor(passage);
    passage.copy = index;
    const balancer = this.balancers[index];
    const host = this.choose(balancer, passage, now);
    if (host < 0) {
      if (this.ledger !== null) this.ledger.foundNone(this.identity, passage, this.heardAsOf(now));
      if (this.identity.shadow) this.edge.forward(passage);
      else this.edge.finish(passage, this.refusal(REFUSED, NO_INSTANCE));
      return;
    }
    if (this.ledger !== null) {
      const asOf = this.view === null ? this.heardAsOf(now) : this.view.asOf(host);
      this.ledger.selected(this.identity, passage, host, asOf, balancer.believed(host));
    }
    passage.mark = host;
    balancer.sent(host, now);
    if (this.identity.shadow) this.edge.forward(passage);
    else this.edge.forwardTo(passage, host, this.identity.index);
  }

  /** Up to when it has heard of results; now where it hears them itself, or does not listen. */
  private heardAsOf(now: number): number {
    return this.stream === null ? now : this.stream.asOf(now);
  }

  private choose(balancer: Balancer, passage: Passage, now: number): number {
    const { hosts } = balancer;
    if (hosts.count === 0) return -1;
    const { call } = passage;
    const key = this.definition.byKey === true ? this.context.clientOf(call) : 0;
    // A retry outside may want the instances avoided that it has tried: the choice is then repeated, a few times.
    const again = passage.avoids === null ? 0 : passage.avoids.selectionAttempts;
    for (let attempt = 0; ; attempt++) {
      const draw = this.pickDraw.at(call.pathHigh, call.pathLow, this.nextDraw(passage));
      let host = balancer.pick(now, draw, key);
      if (this.isStale(host, now)) host = hosts.hosts[below(draw, hosts.count)];
      if (attempt >= again || !passage.avoids!.avoid.includes(host)) return host;
    }
  }

  /** Whether what it has seen of a host claims to be too old to choose by, and it then rather chooses at random. */
  private isStale(host: number, now: number): boolean {
    const { maxAge, onStale } = this.spec.metrics;
    return this.view !== null && onStale === 'random' && now - this.view.claimedAsOf(host) > maxAge;
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
    const index = passage.copy;
    const balancer = this.balancers[index];
    balancer.returned(host);
    const elapsed = now - passage.startedAt;
    const kind = this.kindHeard(result);
    if (this.ledger !== null && balancer.ejector !== null && kind !== CANCELLED) {
      this.ledger.charged(this.identity, passage, result, 1);
    }
    const { stream } = this;
    if (stream === null) this.learn(now, index, host, kind, elapsed);
    else if (!stream.push(now, index * HOSTS + host, kind, elapsed, 0)) {
      stream.drain(now, this);
      balancer.neverHeard(now, host, elapsed);
    }
  }

  /** A refusal that it can see a layer inside made says nothing of the host. With full detail it always sees. */
  private kindHeard(result: Result): Kind {
    const kind = kindOf(result);
    if (kind !== REFUSED && kind !== LIMITED) return kind;
    const sees = isVisible(result) || this.spec.idealised.leak;
    return sees && originOf(result) >= 0 ? CANCELLED : kind;
  }

  read(at: number, subject: number, result: number, duration: number): void {
    const index = Math.floor(subject / HOSTS);
    this.learn(at, index, subject - index * HOSTS, result as Kind, duration);
  }

  private learn(now: number, index: number, host: number, kind: Kind, elapsed: number): void {
    if (this.balancers[index].learn(now, host, kind, elapsed)) this.candidatesChanged(index, now);
  }

  override believedOf(host: number): number {
    return this.first >= 0 ? this.balancers[this.first].believed(host) : NaN;
  }

  /** Whether the first balancer may choose a host now. */
  isChoosable(host: number): boolean {
    return this.first >= 0 && this.balancers[this.first].hosts.isCandidate(host);
  }

  viewChanged(host: number): void {
    for (const balancer of this.balancers) balancer.viewChanged(host);
  }

  // --- the hosts -------------------------------------------------------------------------------------------------

  membershipChanged(): void {
    const ready = [...this.edge.service.ready];
    const { discovery } = this.spec.config as unknown as LoadBalancerConfig;
    if (discovery === 0) this.discover(ready);
    else this.context.ticker.at(this.kernel.now + discovery, PHASE_WORLD, () => this.discover(ready));
  }

  private discover(ready: readonly number[]): void {
    this.known = ready;
    const { now } = this.kernel;
    this.balancers.forEach((balancer, index) => {
      balancer.setMembers(this.membersOf(this.poolOf[index]), now);
    });
  }

  private membersOf(pool: number): readonly number[] {
    if (pool === ALL_INSTANCES) return this.known;
    const { instances } = this.edge.service;
    return this.known.filter((host) => isInPool(pool, instances[host].zone, this.context.regionOf));
  }

  private sweep(now: number): void {
    if (this.stream !== null) this.stream.drain(now, this);
    this.balancers.forEach((balancer, index) => {
      balancer.sweep(now);
      this.candidatesChanged(index, now);
    });
  }

  private candidatesChanged(index: number, now: number): void {
    const balancer = this.balancers[index];
    const { hosts } = balancer;
    const before = this.ledger === null ? [] : this.known.map((host) => hosts.isCandidate(host));
    balancer.refreshCandidates(now);
    if (this.ledger === null) return;
    const asOf = this.heardAsOf(now);
    this.known.forEach((host, i) => {
      const is = hosts.isCandidate(host);
      if (is === before[i]) return;
      const subject = this.copyOf[index] * HOSTS + host;
      this.ledger!.transition(this.identity, subject, is ? 'ejected' : 'in', is ? 'in' : 'ejected', asOf);
    });
  }

  // --- copies ----------------------------------------------------------------------------------------------------

  private balancerFor(passage: Passage): number {
    const { copies } = this.context;
    const copy = copies.isShared ? 0 : copies.of(passage);
    const { pool } = passage;
    if (copy === 0 && pool === ALL_INSTANCES && this.first >= 0) return this.first;
    const key = copy * POOLS + pool + 1;
    return this.byCopyAndPool.get(key) ?? this.makeBalancer(copy, pool, key, passage.call);
  }

  /** The balancer of the first copy over all instances, which most designs have alone; -1 before there is one. */
  private first = -1;

  private makeBalancer(copy: number, pool: number, key: number, call: Call): number {
    const { context, spec, edge } = this;
    const settings = settingsIn(copy, spec.config, this.change);
    const config = settings as unknown as LoadBalancerConfig;
    const hosts = edge.service.instances.length;
    const draws = ownDraws(context.root, spec.name, key === 0 ? 0 : key);
    const ejector =
      config.outlierDetection === undefined
        ? null
        : buildEjector(config.outlierDetection, hosts, ownDraws(context.root, `${spec.name}/outlier`, key));
    const balancer = new Balancer({
      definition: this.definition,
      settings,
      hosts,
      view: this.view,
      countOwnSince: config.countOwnSince,
      weights: this.weights,
      capacities: this.capacities,
      ejector,
      panicThreshold: config.panicThreshold,
      forgetful: spec.idealised.drift,
      draws,
      nameOf: (host) => `${edge.service.spec.name}-${host}`,
      probe: (host) => edge.service.instances[host].load,
      copy,
      copies: typeof context.copies.spec === 'number' ? context.copies.spec : 1,
    });
    const index = this.balancers.push(balancer) - 1;
    this.byCopyAndPool.set(key, index);
    this.copyOf[index] = copy;
    this.poolOf[index] = pool;
    if (copy === 0 && pool === ALL_INSTANCES) this.first = index;
    if (config.healthCheck !== undefined) balancer.health = this.checksFor(index, key, config.healthCheck, call);
    balancer.setMembers(this.membersOf(pool), this.kernel.now);
    if (balancer.reportEvery > 0) this.startReports(index, balancer.reportEvery);
    return index;
  }

  /** A balancer checks health for itself: beside each client as that client, else as a proxy of its own. */
  private checksFor(index: number, key: number, config: HealthCheckConfig, call: Call): HealthChecks {
    const { context, edge, spec } = this;
    const { service } = edge;
    const isClient = context.copies.spec === 'perClient';
    const prober: Prober = {
      source: isClient ? call.source : NO_CLIENT,
      client: isClient ? context.clientOf(call) : key,
      zone: call.zone,
    };
    return new HealthChecks({
      config,
      hosts: service.instances.length,
      probe: new HealthProbe(service, service.network, config, context.ticker, context.root, `${spec.name}/${key}`),
      prober,
      ticker: context.ticker,
      draws: ownDraws(context.root, `${spec.name}/health`, key),
      forgetful: spec.idealised.drift,
      passed: (host, now) => {
        if (this.balancers[index].ejector?.checkPassed?.(host, now) === true) this.candidatesChanged(index, now);
      },
      changed: (now) => this.candidatesChanged(index, now),
    });
  }

  /** Instances report what they did in each period; a report takes the metrics' lag. */
  private startReports(index: number, period: number): void {
    const { service } = this.edge;
    const { lag } = this.spec.metrics;
    const before = service.instances.map(() => ({ answers: 0, errors: 0, busy: 0 }));
    const take = (now: number): void => {
      for (const instance of service.instances) {
        instance.touch(now);
        const last = before[instance.index];
        const qps = ((instance.answers - last.answers) * SECOND) / period;
        const eps = ((instance.errors - last.errors) * SECOND) / period;
        const utilization = (instance.busyArea - last.busy) / (period * service.spec.concurrency);
        last.answers = instance.answers;
        last.errors = instance.errors;
        last.busy = instance.busyArea;
        this.context.ticker.at(now + lag, PHASE_SAMPLE, (then) =>
          this.balancers[index].reported(instance.index, then, qps, eps, utilization),
        );
      }
    };
    take(this.kernel.now);
    this.context.ticker.every(period, this.kernel.now + period, take);
  }

  /** What a lost copy has in flight is still heard of by the object that sent it; new attempts meet a fresh one. */
  override reset(affected: (copy: number) => boolean): void {
    for (const [key, index] of this.byCopyAndPool) {
      if (!affected(this.copyOf[index])) continue;
      this.balancers[index].health?.stop();
      this.byCopyAndPool.delete(key);
      if (index === this.first) this.first = -1;
    }
  }

  override reconfigure(settingsOf: SettingsOf, affected: (copy: number) => boolean): void {
    this.change = settingsOf;
    this.reset(affected);
  }
}

/** What an instance can do by itself, of what one of no slowness can; little, but never nothing. */
function capacityAt({ slowness, profile }: Instance, moment: number): number {
  return Math.max(profile === null ? 1 : profile.speedAt(moment), LEAST_SPEED) / slowness;
}

const LEAST_SPEED = 1e-6;

/** Pools and the one of all instances are below this. */
const POOLS = 1 << 18;

function repeated(values: readonly number[], length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => values[i % values.length]);
}
