import { PHASE_SAMPLE, PHASE_WORLD } from '../../kernel/event-queue.ts';
import { Draw, uniform } from '../../kernel/random.ts';
import { wholeNanoseconds } from '../../kernel/time.ts';
import { buildGauge } from '../../signals/build-gauge.ts';
import type { GaugeView } from '../../signals/gauge-view.ts';
import { BUSY, LOAD } from '../../signals/gauge-view.ts';
import { ServiceHistory } from '../../signals/service-history.ts';
import type { Instance } from '../../world/instance.ts';
import { ABSENT, LEAVING, READY } from '../../world/instance.ts';
import type { Service } from '../../world/service.ts';
import type { Disturbable, LayerSpec, ScalerContext } from '../kind.ts';
import type { Settings, SettingsOf } from '../settings.ts';
import { Activator } from '../../world/activator.ts';
import { Nodes } from './nodes.ts';
import type { ClusterAutoscalerConfig } from './policies/cluster-autoscaler.ts';
import type { AutoscalerPolicy, InstanceView, ScalerView } from './policy.ts';

/** Time from a decision to the launch or removal that it asks for. */
export interface ActuationSpec {
  readonly delay: number;
  readonly jitter: number;
}

/** The longest window over which a policy may ask for a mean. */
const LONGEST_SPAN = 600e9;

/**
 * An autoscaler: evaluates its policy every period on late metrics, and lets replicas be launched or removed after the
 * time that actuation takes.
 */
export class Autoscaler implements ScalerView, Disturbable {
  readonly spec: LayerSpec;
  private policy: AutoscalerPolicy;
  /** In force: the declared ones, or others that were pushed. */
  private settings: Settings;
  private readonly makePolicy: (config: Settings) => AutoscalerPolicy;
  private down = 0;
  /** An act that is on its way, so that what the service has now is not yet what was asked for. */
  private underWay = 0;
  readonly context: ScalerContext;
  /** Replicas last asked for. */
  replicas: number;
  ready = 0;
  readonly instances: InstanceView[] = [];
  requestRate = NaN;
  concurrency = NaN;
  readonly window: number;
  asOf = 0;

  private readonly service: Service;
  private readonly actuation: ActuationSpec;
  /** What replicas need a place on; null where there is room for any number. */
  private readonly nodes: Nodes | null;
  /** An evaluation besides is on its way, because a request has found no replica. */
  private poked = false;
  /** Share of the slots that it means to keep in use; 1 for a policy that does not say. */
  private readonly target: number;
  private readonly busy: GaugeView;
  /** What utilization is made of: slots in use, and with full detail what waits for one too. */
  private readonly demand: GaugeView;
  private readonly load: GaugeView;
  private readonly history: ServiceHistory;
  private readonly actuationDraw: Draw;
  private now = 0;
  private decisions = 0;

  constructor(
    spec: LayerSpec,
    makePolicy: (config: Settings) => AutoscalerPolicy,
    actuation: ActuationSpec,
    context: ScalerContext,
  ) {
    this.spec = spec;
    this.makePolicy = makePolicy;
    this.settings = spec.config;
    this.policy = makePolicy(spec.config);
    this.context = context;
    this.actuation = actuation;
    const { kernel, service, ticker, root, disturbances } = context;
    const { metrics, name } = spec;
    this.service = service;
    this.window = metrics.window;
    this.replicas = service.wanted;
    const { target } = spec.config;
    this.target = typeof target === 'number' && target > 0 && target <= 1 ? target : 1;
    const reader = { kernel, ticker, root, metrics, disturbances };
    this.busy = buildGauge(service, BUSY, { ...reader, owner: name });
    this.load = buildGauge(service, LOAD, { ...reader, owner: name });
    this.demand = spec.idealised.leak ? this.load : this.busy;
    this.history = new ServiceHistory(ticker, service, metrics, root, name, disturbances, LONGEST_SPAN);
    this.actuationDraw = new Draw(root, 'actuation', name);
    const phase = uniform(new Draw(root, 'phase', name).at(0, 0, 0));
    const { period } = this.policy;
    const first = metrics.offset ?? Math.floor(phase * period);
    ticker.every(period, first, (now) => this.evaluate(now));
    const { nodes } = spec.config as { nodes?: ClusterAutoscalerConfig };
    this.nodes = nodes === undefined || context.identity.shadow ? null : new Nodes(nodes, service, ticker);
    if (this.policy.holdsAtZero === true && !context.identity.shadow) this.startHolding();
  }

  /** Requests that find no replica are held, and where the policy wants to know of them, it is asked at once. */
  private startHolding(): void {
    const activator = new Activator();
    this.service.activator = activator;
    if (this.policy.wakesFromZero !== true) return;
    activator.onHeld = () => {
      if (this.poked || this.replicas > 0) return;
      this.poked = true;
      this.context.ticker.at(this.context.kernel.now, PHASE_SAMPLE, (now) => {
        this.evaluate(now);
        this.poked = false;
      });
    };
  }

  private evaluate(now: number): void {
    if (this.down > 0) return;
    // What somebody else has set meanwhile is what it starts from, as with a scale subresource.
    if (this.underWay === 0 && !this.context.identity.shadow) this.replicas = this.service.wanted;
    this.look(now);
    if (this.isStale(now)) return;
    const before = this.replicas;
    const wanted = this.policy.decide(now, this);
    this.decisions++;
    const { identity, ledger } = this.context;
    if (ledger !== null) ledger.scaled(identity, this.service.index, before, wanted, this.asOf, this.target);
    if (wanted === before) return;
    this.replicas = wanted;
    if (identity.shadow) return;
    const { delay, jitter } = this.actuation;
    const extra = jitter > 0 ? wholeNanoseconds(uniform(this.actuationDraw.at(0, this.decisions, 0)) * jitter) : 0;
    this.underWay++;
    this.context.ticker.at(now + delay + extra, PHASE_WORLD, (then) => {
      this.underWay--;
      if (this.nodes === null) this.service.scaleTo(wanted, then);
      else this.nodes.want(wanted, then);
    });
  }

  /** Whether what it sees is too old to act on, and it then rather leaves the replicas as they are. */
  private isStale(now: number): boolean {
    const { maxAge, onStale } = this.spec.metrics;
    return onStale !== 'hold' && now - this.asOf > maxAge;
  }

  fail(change: 1 | -1): void {
    this.down += change;
  }

  saturate(): void {
    // Nothing passes through it: it can be late, which is its actuation, or down.
  }

  reset(): void {
    this.policy = this.makePolicy(this.settings);
  }

  reconfigure(settingsOf: SettingsOf): void {
    this.settings = settingsOf(0) ?? this.spec.config;
    this.policy = this.makePolicy(this.settings);
  }

  /** Whoever holds the request that it is asked for reports that itself, at once. */
  private withHeld(mean: number): number {
    if (!this.poked) return mean;
    const held = this.service.activator?.count ?? 0;
    return mean > held ? mean : held;
  }

  meanConcurrency(span: number): number {
    return this.withHeld(this.history.meanLoad(this.now, span));
  }

  meanRequestRate(span: number): number {
    return this.history.meanRate(this.now, span);
  }

  /** Brings the view up to `now`. */
  private look(now: number): void {
    this.now = now;
    this.busy.refresh(now);
    this.load.refresh(now);
    this.requestRate = this.history.meanRate(now, this.window);
    this.concurrency = this.withHeld(this.history.meanLoad(now, this.window));
    this.asOf = this.history.asOf(now);
    this.ready = this.service.readiness?.count ?? this.service.ready.length;
    let seen = 0;
    for (const instance of this.service.instances) {
      if (instance.state !== ABSENT) this.show(seen++, instance);
    }
    for (let pending = this.nodes?.pending ?? 0; pending > 0; pending--) this.instances[seen++] = pendingPod(now);
    this.instances.length = seen;
  }

  private show(place: number, instance: Instance): void {
    const { readiness, spec } = this.service;
    const { concurrency } = spec;
    const asOf = this.busy.asOf(instance.index);
    const known = asOf >= instance.startedAt;
    const row: InstanceView = this.instances[place] ?? {
      startedAt: 0,
      readyChangedAt: 0,
      ready: false,
      leaving: false,
      utilization: NaN,
      concurrency: NaN,
      metricAt: 0,
    };
    row.startedAt = instance.startedAt;
    row.readyChangedAt = readiness === null ? instance.readyChangedAt : readiness.changedAt(instance.index);
    row.ready = readiness === null ? instance.state === READY : readiness.isReady(instance.index);
    row.leaving = instance.state === LEAVING;
    row.utilization = known ? this.demand.values[instance.index] / concurrency : NaN;
    row.concurrency = known ? this.load.values[instance.index] : NaN;
    row.metricAt = asOf;
    this.instances[place] = row;
  }
}

/** A replica that has no node yet. */
function pendingPod(now: number): InstanceView {
  return {
    startedAt: now,
    readyChangedAt: now,
    ready: false,
    leaving: false,
    utilization: NaN,
    concurrency: NaN,
    metricAt: 0,
  };
}
