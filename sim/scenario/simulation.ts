import { Copies } from '../controllers/copies.ts';
import type { LayerSpec, PathKind, ScalerKind } from '../controllers/kind.ts';
import type { Registry } from '../controllers/registry.ts';
import { rootKey } from '../kernel/random.ts';
import type { RootKey } from '../kernel/random.ts';
import { buildDistribution } from '../kernel/distributions/index.ts';
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
import { Gate } from '../stack/gate.ts';
import type { Fallback, Layer, LayerIdentity } from '../stack/layer.ts';
import type { Ledger } from '../stack/ledger.ts';
import { Passage } from '../stack/passage.ts';
import { registerTimers } from '../stack/timers.ts';
import type { Call } from '../world/call.ts';
import { KIND_NAMES, makeResult, makeWrong, OK, STALE_ANSWER } from '../world/result.ts';
import { Truth } from '../world/truth.ts';
import { World } from '../world/world.ts';
import { LayerFaults } from './layer-faults.ts';
import type { RunSpec } from './run-spec.ts';
import type { EdgeSpec } from './scenario.ts';
import { startReadiness } from '../controllers/readiness/readiness-probes.ts';

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
  private readonly layerFaults: LayerFaults;
  /** How busy the services were. */
  readonly pool: PoolMeter;

  /** @param watch stands between the layers and the ledger that counts: it must pass everything on */
  constructor(spec: RunSpec, registry: Registry, watch?: (inner: Ledger, simulation: Simulation) => Ledger) {
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
      this.truths !== null || recording || measure.decisions === true
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
            conflicts: this.ledger!.conflicts,
          });
    this.measurement.follower = this.recorder ?? this.tracer;
    const counting = this.recorder ?? this.tracer ?? this.ledger;
    const ledger: Ledger | null = counting === null || watch === undefined ? counting : watch(counting, this);
    const designRoot = rootKey(`${seed}\u0001design${rekey}`);
    const passages: Pool<Passage> = new Pool((id) => new Passage(id, this.edges[0]));
    const timers = registerTimers(kernel, passages);
    const regionOf = spec.world.network?.regionOf ?? [];
    this.edges = design.edges.map(
      ({ from }, i) => new Edge(i, from, services[i], { kernel, passages, timers, ledger, designRoot, regionOf }),
    );
    for (const service of world.services) startReadiness(service, this.ticker, world.root);
    this.layerFaults = new LayerFaults(design.pushes, designRoot, this.ticker);
    this.buildLayers(registry, designRoot, regionOf);
    for (const edge of this.edges) sampledLayers.push(...edge.layers);
    this.edges.forEach((edge, i) => world.enter(i, edge, edge.layers.length));
    world.faults.onLayer = (occurrence, begins) => this.layerFaults.apply(occurrence, begins);
    this.pool = new PoolMeter(world, this.ticker, this.timeline);
    world.start();
  }

  private buildLayers(registry: Registry, root: RootKey, regionOf: readonly number[]): void {
    const { design } = this.spec;
    let index = 0;
    design.edges.forEach(({ layers }, e) => {
      const edge = this.edges[e];
      let insideBalancer = false;
      layers.forEach((layer, slot) => {
        const kind = registry.kinds.get(layer.kind) as PathKind;
        const identity = this.identities[index++];
        const clientOf = (call: Call): number => this.world.clientOf(call);
        const copies = new Copies(layer.copies, root, layer.name, clientOf);
        const built = kind.build(layer, registry.policy(layer.kind, layer.policy)!, {
          identity,
          edge,
          slot,
          root,
          ticker: this.ticker,
          disturbances: layer.idealised.latency ? [] : this.world.plan.telemetry(layer.name),
          clientOf,
          copies,
          regionOf,
          insideBalancer,
        });
        built.gate = this.gateOf(layer, identity.index, root);
        if (built.gate !== null) edge.hasGates = true;
        built.fallback = fallbackOf(layer, identity.index);
        edge.layers.push(built);
        this.layerFaults.add(layer, built, copies);
        if (kind.selects(layer)) insideBalancer = true;
      });
    });
    for (const scaler of design.autoscalers) {
      const kind = registry.kinds.get(scaler.kind) as ScalerKind;
      const built = kind.build(scaler, registry.policy(scaler.kind, scaler.policy)!, {
        identity: this.identities[index++],
        service: this.world.serviceByName.get(scaler.config['service'] as string)!,
        root,
        ticker: this.ticker,
        kernel: this.world.kernel,
        ledger: this.edges[0].ledger,
        disturbances: scaler.idealised.latency ? [] : this.world.plan.telemetry(scaler.name),
      });
      this.layerFaults.add(scaler, built, null);
    }
  }

  /** What stands before a layer's own decision; null where nothing does and no fault will. */
  private gateOf(layer: LayerSpec, index: number, root: RootKey): Gate | null {
    const faulty = this.spec.world.faults.some(
      ({ act }) => (act.kind === 'layerDown' || act.kind === 'layerSaturated') && act.layer === layer.name,
    );
    // In shadow a layer does nothing, not even take time.
    if (layer.shadow || (layer.overhead === null && !faulty)) return null;
    const overhead = layer.overhead === null ? null : buildDistribution(layer.overhead);
    return new Gate(root, layer.name, index, overhead, layer.whenDown);
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

/** An answer in the place of failures; a stale one only looks like an answer. */
function fallbackOf({ fallback }: LayerSpec, layer: number): Fallback | null {
  if (fallback === null) return null;
  const kinds = fallback.on.reduce((bits, name) => bits | (1 << KIND_NAMES.indexOf(name)), 0);
  const answer = makeResult(OK, STALE_ANSWER, layer);
  return { kinds, result: fallback.answer === 'stale' ? makeWrong(answer) : answer };
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
