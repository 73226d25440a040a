import { Draw } from '../../kernel/random.ts';
import { buildGauge } from '../../signals/build-gauge.ts';
import type { GaugeView, GaugeWatcher } from '../../signals/gauge-view.ts';
import { LOAD } from '../../signals/gauge-view.ts';
import { Layer } from '../../stack/layer.ts';
import type { Passage } from '../../stack/passage.ts';
import { REGIONS } from '../../stack/pools.ts';
import { NO_INSTANCE, REFUSED } from '../../stack/result.ts';
import type { Result } from '../../stack/result.ts';
import { CopyStates } from '../copy-states.ts';
import type { LayerContext, LayerSpec } from '../kind.ts';
import { ownDraws } from '../own-draws.ts';
import type { Settings, SettingsOf } from '../settings.ts';
import { discover } from './discovery.ts';
import { KnownPools } from './known-pools.ts';
import type { LoadBalancerConfig } from './layer.ts';
import type { BalancerPolicy, BalancerPolicyDefinition } from './policy.ts';

/** One copy of the layer: what it knows of the pools, and its rule. */
interface PoolCopy {
  readonly pools: KnownPools;
  readonly policy: BalancerPolicy;
}

/** Chooses a zone or a region for everything inside it; a balancer inside chooses the instance there. */
export class PoolBalancerLayer extends Layer implements GaugeWatcher {
  private readonly spec: LayerSpec;
  private readonly definition: BalancerPolicyDefinition;
  private readonly context: LayerContext;
  private readonly byRegion: boolean;
  private readonly view: GaugeView | null;
  private readonly pickDraw: Draw;
  /** How many pools there are, and by instance the index of its pool. */
  private readonly count: number;
  private readonly poolOf: Int32Array;
  /** Every copy that there has been; one that was lost still hears of what it has sent. */
  private readonly all: PoolCopy[] = [];
  /** By copy of the layer: its place in `all`. */
  private readonly current: CopyStates<number>;
  /** Instances that are ready, as discovery has it. */
  private known: readonly number[];

  constructor(spec: LayerSpec, definition: BalancerPolicyDefinition, context: LayerContext, byRegion: boolean) {
    super(context.identity, context.edge, context.slot);
    this.spec = spec;
    this.definition = definition;
    this.context = context;
    this.byRegion = byRegion;
    const { service } = this.edge;
    const { regionOf, root, ticker, disturbances } = context;
    this.poolOf = Int32Array.from(service.instances, ({ zone }) => (zone < 0 ? -1 : byRegion ? regionOf[zone] : zone));
    this.count = byRegion ? 1 + regionOf.reduce((most, region) => Math.max(most, region), -1) : regionOf.length;
    this.known = [...service.endpoints];
    const { metrics, name } = spec;
    const reader = { kernel: this.kernel, ticker, root, owner: name, metrics, disturbances };
    const reported = spec.source === 'reported';
    this.view = reported && definition.looksAt.includes('load') ? buildGauge(service, LOAD, reader) : null;
    if (this.view !== null) this.view.watcher = this;
    this.pickDraw = new Draw(root, 'pick', name);
    this.current = new CopyStates(spec.config, (settings, copy) => this.makeCopy(settings, copy));
    const { discovery } = spec.config as unknown as LoadBalancerConfig;
    discover(
      service,
      discovery,
      ticker,
      () => this.kernel.now,
      (ready) => this.discovered(ready),
    );
  }

  attempt(passage: Passage): void {
    const { now } = this.kernel;
    if (this.view !== null) this.view.refresh(now);
    passage.mark = -1;
    passage.copy = this.current.at(this.context.copies.of(passage));
    const { pools, policy } = this.all[passage.copy];
    const { call } = passage;
    const draw = this.pickDraw.at(call.pathHigh, call.pathLow, this.nextDraw(passage));
    const pool = pools.count === 0 ? -1 : policy.pick(now, draw, this.poolOfCaller(call.zone));
    if (pool < 0 && this.known.length === 0 && this.edge.service.activator !== null) {
      this.edge.forward(passage);
      return;
    }
    if (pool < 0) {
      if (this.ledger !== null) this.ledger.foundNone(this.identity, passage, now);
      if (this.identity.shadow) this.edge.forward(passage);
      else this.edge.finish(passage, this.refusal(REFUSED, NO_INSTANCE));
      return;
    }
    // An instance of its own is not its affair, so it is counted among the decisions but not judged as a choice of one.
    if (this.ledger !== null) this.ledger.admitted(this.identity, passage, this.asOf(now));
    passage.mark = pool;
    if (this.view === null) pools.addOwn(pool, 1);
    if (this.identity.shadow) this.edge.forward(passage);
    else this.edge.forwardInto(passage, this.byRegion ? REGIONS + pool : pool);
  }

  /** As old as the oldest of what it adds up. */
  private asOf(now: number): number {
    if (this.view === null) return now;
    let oldest = now;
    for (const host of this.known) oldest = Math.min(oldest, this.view.asOf(host));
    return oldest;
  }

  private poolOfCaller(zone: number): number {
    if (zone < 0) return -1;
    return this.byRegion ? this.context.regionOf[zone] : zone;
  }

  result(passage: Passage, _child: Passage, result: Result): void {
    this.returned(passage);
    this.edge.finish(passage, result);
  }

  override abandoned(passage: Passage): void {
    this.returned(passage);
  }

  private returned(passage: Passage): void {
    if (this.view === null && passage.mark >= 0) this.all[passage.copy].pools.addOwn(passage.mark, -1);
  }

  viewChanged(host: number): void {
    for (const { pools } of this.all) pools.see(host, this.view!.values[host]);
  }

  private discovered(ready: readonly number[]): void {
    this.known = ready;
    for (const { pools, policy } of this.all) {
      pools.setReady(ready, this.edge.service.instances);
      if (policy.candidatesChanged !== undefined) policy.candidatesChanged(this.kernel.now);
    }
  }

  // --- copies ----------------------------------------------------------------------------------------------------

  private makeCopy(settings: Settings, copy: number): number {
    const { context, definition, edge, spec, view } = this;
    const { instances } = edge.service;
    const pools = new KnownPools(this.count, this.poolOf);
    pools.setReady(this.known, instances);
    if (view !== null) for (const { index } of instances) pools.see(index, view.values[index]);
    const policy = definition.create(settings as never, {
      view: pools,
      draws: ownDraws(context.root, spec.name, copy),
      nameOf: (pool) => `pool-${pool}`,
      probe: (pool) => pools.load(pool),
      copy,
      copies: typeof context.copies.spec === 'number' ? context.copies.spec : 1,
    });
    return this.all.push({ pools, policy }) - 1;
  }

  override reset(affected: (copy: number) => boolean): void {
    this.current.reset(affected);
  }

  override reconfigure(settingsOf: SettingsOf, affected: (copy: number) => boolean): void {
    this.current.reconfigure(settingsOf, affected);
  }
}
