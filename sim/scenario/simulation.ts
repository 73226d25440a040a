import type { LayerSpec, PathKind, ScalerKind } from '../controllers/kind.ts';
import type { Registry } from '../controllers/registry.ts';
import { rootKey } from '../kernel/random.ts';
import { Pool } from '../kernel/pool.ts';
import { Ticker } from '../kernel/ticker.ts';
import { DecisionLedger } from '../measure/decision-ledger.ts';
import { Measurement } from '../measure/measurement.ts';
import { PoolMeter } from '../measure/pool-meter.ts';
import { Recorder } from '../measure/recording/recorder.ts';
import { RequestLog } from '../measure/request-log.ts';
import { Timeline } from '../measure/timeline.ts';
import { Tracer } from '../measure/trace.ts';
import { Edge } from '../stack/edge.ts';
import type { Layer, LayerIdentity } from '../stack/layer.ts';
import type { Ledger } from '../stack/ledger.ts';
import { Passage } from '../stack/passage.ts';
import { registerTimers } from '../stack/timers.ts';
import { Truth } from '../world/truth.ts';
import { World } from '../world/world.ts';
import type { RunSpec } from './run-spec.ts';
import type { EdgeSpec } from './scenario.ts';

/** In how many steps a drain looks whether all requests have ended. */
const DRAIN_STEPS = 50;

/** One run of a design over a world: built, advanced to its end, and read. */
export class Simulation {
  readonly spec: RunSpec;
  readonly world: World;
  readonly edges: readonly Edge[];
  readonly identities: readonly LayerIdentity[];
  readonly measurement: Measurement;
  readonly log: RequestLog | null;
  readonly timeline: Timeline | null;
  readonly ledger: DecisionLedger | null;
  readonly truths: readonly Truth[] | null;
  readonly tracer: Tracer | null;
  readonly recorder: Recorder | null;
  readonly ticker: Ticker;
  /** How busy the services were. */
  readonly pool: PoolMeter;

  constructor(spec: RunSpec, registry: Registry) {
    this.spec = spec;
    const { design, measure, seed, rekey } = spec;
    this.identities = identitiesOf(spec);
    this.log = measure.log ? new RequestLog() : null;
    this.timeline = measure.timeline > 0 ? new Timeline(spec.world.duration, measure.timeline) : null;
    const { warmup } = spec.world;
    this.measurement = new Measurement({
      warmup,
      layers: this.identities.length,
      log: this.log,
      timeline: this.timeline,
    });
    const world = new World(spec.world, design.edges, seed, this.measurement);
    this.world = world;
    const { kernel } = world;
    this.ticker = new Ticker(kernel);
    const services = design.edges.map(({ to }) => world.serviceByName.get(to)!);
    const tracing = measure.trace.length > 0;
    const recording = measure.recording !== undefined;
    this.truths = measure.verdicts || tracing ? world.services.map((service) => new Truth(service)) : null;
    const serviceOfEdge = services.map(({ index }) => index);
    this.ledger =
      this.truths !== null || recording
        ? new DecisionLedger(
            kernel,
            this.identities,
            serviceOfEdge,
            world.services.length,
            this.truths,
            warmup,
            this.timeline,
          )
        : null;
    this.tracer = tracing
      ? new Tracer(this.ledger!, measure.trace, {
          kernel,
          layers: this.identities,
          serviceOfEdge,
          truths: this.truths!,
          clientOf: (call) => world.clientOf(call),
        })
      : null;
    const sampledLayers: Layer[] = [];
    this.recorder =
      measure.recording === undefined
        ? null
        : new Recorder(measure.recording, this.tracer ?? this.ledger!, this.tracer, {
            world,
            identities: this.identities,
            layers: sampledLayers,
            keys: keysOf(spec),
          });
    this.measurement.follower = this.recorder ?? this.tracer;
    const ledger: Ledger | null = this.recorder ?? this.tracer ?? this.ledger;
    const designRoot = rootKey(`${seed}\u0001design${rekey}`);
    const passages: Pool<Passage> = new Pool((id) => new Passage(id, this.edges[0]));
    const timers = registerTimers(kernel, passages);
    this.edges = design.edges.map(
      ({ from }, i) => new Edge(i, from, services[i], { kernel, passages, timers, ledger, designRoot }),
    );
    this.buildLayers(registry, designRoot);
    for (const edge of this.edges) sampledLayers.push(...edge.layers);
    for (const source of world.sources) {
      source.entry = this.edges[source.edge];
      source.drawingLayers = this.edges[source.edge].layers.length;
    }
    this.pool = new PoolMeter(world, this.ticker, this.timeline);
    world.start();
  }

  private buildLayers(registry: Registry, root: ReturnType<typeof rootKey>): void {
    const { design } = this.spec;
    let index = 0;
    design.edges.forEach(({ layers }, e) => {
      const edge = this.edges[e];
      let insideBalancer = false;
      layers.forEach((layer, slot) => {
        const kind = registry.kinds.get(layer.kind) as PathKind;
        const policy = registry.policy(layer.kind, layer.policy)!;
        const built = kind.build(layer, policy, {
          identity: this.identities[index++],
          edge,
          slot,
          root,
          ticker: this.ticker,
          disturbances: this.world.plan.telemetry(layer.name),
          clientOf: (call) => this.world.clientOf(call),
          insideBalancer,
        });
        edge.layers.push(built);
        if (kind.selects) insideBalancer = true;
      });
    });
    for (const scaler of design.autoscalers) {
      const kind = registry.kinds.get(scaler.kind) as ScalerKind;
      kind.build(scaler, registry.policy(scaler.kind, scaler.policy)!, {
        identity: this.identities[index++],
        service: this.world.serviceByName.get(scaler.config['service'] as string)!,
        root,
        ticker: this.ticker,
        kernel: this.world.kernel,
        ledger: this.edges[0].ledger,
        disturbances: this.world.plan.telemetry(scaler.name),
      });
    }
  }

  /** Simulated now, nanoseconds. */
  get now(): number {
    return this.world.kernel.now;
  }

  /** Whether arrivals have stopped and every request has ended, or the drain is over. */
  get isOver(): boolean {
    return this.world.isOver;
  }

  /** Runs on to `until`, or to the end if that comes first. */
  advance(until: number): void {
    const { kernel, spec } = this.world;
    const end = spec.duration + spec.drain;
    kernel.advance(Math.min(until, spec.duration));
    // After the last arrival it ends soon after the last request, not with the longest drain.
    while (!this.world.isOver && kernel.now < until) {
      kernel.advance(Math.min(kernel.now + Math.floor(spec.drain / DRAIN_STEPS) + 1, until, end));
    }
    if (this.world.isOver) this.world.close();
  }

  /** Runs to the end. */
  finish(): void {
    this.advance(Infinity);
  }
}

/** By layer, how many keys it keeps its state apart for; a balancer's are its instances. */
function keysOf({ design, world }: RunSpec): number[] {
  const keysOn = (edge: EdgeSpec, layer: LayerSpec): number => {
    const source = world.traffic.find(({ name }) => name === edge.from);
    const instances = world.services.find(({ name }) => name === edge.to)!.instances.max;
    const { key } = layer.config;
    if (layer.kind === 'loadBalancer' || key === 'instance') return instances;
    if (key === 'client') return source?.clients ?? 1;
    return key === 'class' ? (source?.classes.length ?? 1) : 1;
  };
  return [
    ...design.edges.flatMap((edge) => edge.layers.map((layer) => keysOn(edge, layer))),
    ...design.autoscalers.map(() => 0),
  ];
}

function identitiesOf(spec: RunSpec): LayerIdentity[] {
  const { edges, autoscalers } = spec.design;
  const layers: readonly LayerSpec[] = [...edges.flatMap((edge) => edge.layers), ...autoscalers];
  return layers.map(({ name, kind, policy, shadow, propagateCause }, index) => ({
    index,
    name,
    kind,
    policy,
    shadow,
    propagateCause,
  }));
}
