import { PHASE_WORLD } from '../../kernel/event-queue.ts';
import { Draw } from '../../kernel/random.ts';
import { buildGauge } from '../../signals/build-gauge.ts';
import type { GaugeView, GaugeWatcher } from '../../signals/gauge-view.ts';
import { LOAD } from '../../signals/gauge-view.ts';
import { Layer } from '../../stack/layer.ts';
import type { Passage } from '../../stack/passage.ts';
import { REGIONS } from '../../stack/pools.ts';
import { NO_INSTANCE, REFUSED } from '../../stack/result.ts';
import type { Result } from '../../stack/result.ts';
import type { MembershipWatcher } from '../../world/service.ts';
import type { LayerContext, LayerSpec } from '../kind.ts';
import { ownDraws } from '../own-draws.ts';
import { KnownPools } from './known-pools.ts';
import type { LoadBalancerConfig } from './layer.ts';
import type { BalancerPolicy, BalancerPolicyDefinition } from './policy.ts';

/** Chooses a zone or a region for everything inside it; a balancer inside chooses the instance there. */
export class PoolBalancerLayer extends Layer implements MembershipWatcher, GaugeWatcher {
  private readonly spec: LayerSpec;
  private readonly context: LayerContext;
  private readonly pools: KnownPools;
  private readonly policy: BalancerPolicy;
  private readonly byRegion: boolean;
  private readonly view: GaugeView | null;
  private readonly pickDraw: Draw;

  constructor(spec: LayerSpec, definition: BalancerPolicyDefinition, context: LayerContext, byRegion: boolean) {
    super(context.identity, context.edge, context.slot);
    this.spec = spec;
    this.context = context;
    this.byRegion = byRegion;
    const { service } = this.edge;
    const { regionOf, root, ticker, disturbances } = context;
    const poolOf = Int32Array.from(service.instances, ({ zone }) => (zone < 0 ? -1 : byRegion ? regionOf[zone] : zone));
    const count = byRegion ? 1 + regionOf.reduce((most, region) => Math.max(most, region), -1) : regionOf.length;
    this.pools = new KnownPools(count, poolOf);
    this.pools.setReady(service.ready, service.instances);
    const { metrics, name } = spec;
    const reader = { kernel: this.kernel, ticker, root, owner: name, metrics, disturbances };
    const reported = spec.source === 'reported';
    this.view = reported && definition.looksAt.includes('load') ? buildGauge(service, LOAD, reader) : null;
    if (this.view !== null) this.view.watcher = this;
    this.pickDraw = new Draw(root, 'pick', name);
    this.policy = definition.create(spec.config as never, {
      view: this.pools,
      draws: ownDraws(root, name, 0),
      nameOf: (pool) => `pool-${pool}`,
      probe: (pool) => this.pools.load(pool),
      copy: 0,
      copies: 1,
    });
    service.membershipWatchers.push(this);
  }

  attempt(passage: Passage): void {
    const { now } = this.kernel;
    if (this.view !== null) this.view.refresh(now);
    passage.mark = -1;
    const { call } = passage;
    const own = this.poolOfCaller(call.zone);
    const draw = this.pickDraw.at(call.pathHigh, call.pathLow, this.nextDraw(passage));
    const pool = this.pools.count === 0 ? -1 : this.policy.pick(now, draw, own);
    if (pool < 0) {
      if (this.ledger !== null) this.ledger.foundNone(this.identity, passage, now);
      if (this.identity.shadow) this.edge.forward(passage);
      else this.edge.finish(passage, this.refusal(REFUSED, NO_INSTANCE));
      return;
    }
    // An instance of its own is not its affair, so it is counted among the decisions but not judged as a choice of one.
    if (this.ledger !== null) this.ledger.admitted(this.identity, passage, this.asOf(now));
    passage.mark = pool;
    if (this.view === null) this.pools.addOwn(pool, 1);
    if (this.identity.shadow) this.edge.forward(passage);
    else this.edge.forwardInto(passage, this.byRegion ? REGIONS + pool : pool);
  }

  private asOf(now: number): number {
    return this.view === null ? now : this.view.asOf(0);
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
    if (this.view === null && passage.mark >= 0) this.pools.addOwn(passage.mark, -1);
  }

  viewChanged(host: number): void {
    this.pools.see(host, this.view!.values[host]);
  }

  membershipChanged(): void {
    const ready = [...this.edge.service.ready];
    const { discovery } = this.spec.config as unknown as LoadBalancerConfig;
    const learn = (): void => {
      this.pools.setReady(ready, this.edge.service.instances);
      if (this.policy.candidatesChanged !== undefined) this.policy.candidatesChanged(this.kernel.now);
    };
    if (discovery === 0) learn();
    else this.context.ticker.at(this.kernel.now + discovery, PHASE_WORLD, learn);
  }
}
