import type { Handler } from '../kernel/kernel.ts';
import { Kernel } from '../kernel/kernel.ts';
import { Pool } from '../kernel/pool.ts';
import { rootKey } from '../kernel/random.ts';
import type { RootKey } from '../kernel/random.ts';
import { NEVER } from '../kernel/time.ts';
import { Call } from './call.ts';
import type { Entry } from './call.ts';
import { Faults } from './faults/faults.ts';
import { FaultPlan } from './faults/plan.ts';
import { Job } from './job.ts';
import { UNFINISHED } from './outcome.ts';
import { DEADLINE_EXCEEDED, FROM_INSTANCE, makeResult, TIMED_OUT } from './result.ts';
import { Network } from './network.ts';
import { MAX_INSTANCES, Service } from './service.ts';
import type { ServiceSurroundings } from './service.ts';
import type { WorldSpec } from './spec.ts';
import { SpeedProfile } from './speed-profile.ts';
import { Replay } from './traffic/replay.ts';
import type { RequestRecorder } from './traffic/source.ts';
import { TrafficSource } from './traffic/source.ts';

const UNFINISHED_RESULT = makeResult(TIMED_OUT, DEADLINE_EXCEEDED, FROM_INSTANCE);

/** One edge as the world knows it: from a traffic source or a service to a service. */
export interface EdgeEnds {
  readonly from: string;
  readonly to: string;
}

/**
 * The ground truth of one run: clock, services, traffic and faults. Layers stand between a source's `entry` and a
 * service's `dispatch`; the world knows nothing of them.
 */
export class World {
  readonly spec: WorldSpec;
  readonly kernel = new Kernel();
  readonly root: RootKey;
  readonly plan: FaultPlan;
  readonly services: readonly Service[];
  readonly serviceByName: ReadonlyMap<string, Service>;
  readonly sources: readonly TrafficSource[];
  readonly faults: Faults;
  readonly calls: Pool<Call>;
  readonly jobs = new Pool<Job>((id) => new Job(id));
  readonly network: Network | null;
  /** By edge: where a call enters, and how many layers draw for it. */
  readonly entries: Entry[] = [];
  readonly layersOnEdge: number[] = [];

  /** Requests that have arrived, from all sources. */
  arrivals = 0;

  private readonly recorder: RequestRecorder;
  private readonly replay: Replay | null;
  /** By edge: whether it does harm to call over it twice. */
  private readonly minded: readonly boolean[];

  constructor(
    spec: WorldSpec,
    edges: readonly EdgeEnds[],
    seed: string,
    recorder: RequestRecorder,
    plan = new FaultPlan(spec, seed),
  ) {
    this.spec = spec;
    this.recorder = recorder;
    this.root = rootKey(seed);
    this.plan = plan;
    this.calls = new Pool((id) => new Call(id));
    this.network = spec.network === null ? null : new Network(spec.network, this.root);
    const { kernel, calls, jobs, root, network } = this;
    const completionCode = kernel.registerFrequent(new JobHandler(this));
    const arrivalCode = kernel.registerFrequent(new ArrivalHandler(this));
    const hangUpCode = kernel.registerFrequent(new HangUpHandler(this));
    const readyCode = kernel.register(new ReadyHandler(this));
    const thinkCode = kernel.register(new ThinkHandler(this));
    const callIsFree = (call: Call): void => calls.give(call);
    const clientOf = (call: Call): number => this.clientOf(call);
    this.services = spec.services.map((service, index) => {
      const profiles = Array.from({ length: service.instances.max }, (_, i) => {
        const changes = this.plan.speedChanges(service.name, i, service.zones[i] ?? -1);
        return changes.length === 0 ? null : new SpeedProfile(changes);
      });
      const edgeTo = (to: string): number => edges.findIndex((edge) => edge.from === service.name && edge.to === to);
      const around: ServiceSurroundings = {
        kernel,
        calls,
        jobs,
        root,
        network,
        cap: spec.cap,
        completionCode,
        readyCode,
        hangUpCode,
        callIsFree,
        clientOf,
        edgeTo,
        entryOf: (edge) => this.entries[edge],
        layersOn: (edge) => this.layersOnEdge[edge],
        mindsEffects: (edge) => this.minded[edge],
      };
      return new Service(index, service, around, profiles);
    });
    this.serviceByName = new Map(this.services.map((service) => [service.spec.name, service]));
    const known = new Map<string, boolean>();
    this.minded = edges.map(({ to }) => this.mindsEffects(to, known));
    const mindsEffects = (edge: number): boolean => this.minded[edge];
    const replay = Replay.of(spec.traffic, kernel, arrivalCode);
    this.replay = replay;
    const records = spec.traffic.some(({ arrivals }) => arrivals.kind === 'closed');
    let firstClient = 0;
    this.sources = spec.traffic.map((traffic, index) => {
      const edge = edges.findIndex(({ from, to }) => from === traffic.name && to === traffic.to);
      const around = {
        kernel,
        calls,
        root,
        seed,
        duration: spec.duration,
        recorder,
        arrivalCode,
        thinkCode,
        hangUpCode,
        nextNumber: () => this.arrivals++,
        mindsEffects,
        replay,
        records,
        callIsFree,
      };
      const source = new TrafficSource(index, traffic, edge, firstClient, this.plan.surges(traffic.name), around);
      if (source.isClosed) firstClient += traffic.clients;
      return source;
    });
    this.faults = new Faults(kernel, this.plan, this.serviceByName, network);
  }

  /** Whether it does harm to call a service twice: its own effect, or that of one that it calls, is to happen once. */
  private mindsEffects(name: string, known: Map<string, boolean>): boolean {
    const before = known.get(name);
    if (before !== undefined) return before;
    const { spec, plan } = this.serviceByName.get(name)!;
    const calls = plan?.stages.flatMap((stage) => stage.calls) ?? [];
    const below = calls.flatMap(({ to, compensate }) => (compensate === null ? [to] : [to, compensate]));
    const minds = spec.effect === 'once' || below.some((one) => this.mindsEffects(one, known));
    known.set(name, minds);
    return minds;
  }

  /** Puts an entry at an edge: the outermost of so many layers that draw. */
  enter(edge: number, entry: Entry, layers: number): void {
    this.entries[edge] = entry;
    this.layersOnEdge[edge] = layers;
    for (const source of this.sources) {
      if (source.edge !== edge) continue;
      source.entry = entry;
      source.drawingLayers = layers;
    }
  }

  /** Requests that have not ended. */
  get open(): number {
    let open = 0;
    for (const source of this.sources) open += source.open;
    return open;
  }

  /** Whether arrivals have stopped and every request has ended, or the drain is over. */
  get isOver(): boolean {
    const { now } = this.kernel;
    return now >= this.spec.duration && (this.open === 0 || now >= this.spec.duration + this.spec.drain);
  }

  start(): void {
    if (this.replay !== null) this.replay.scheduleNext();
    else for (const source of this.sources) source.start();
  }

  /** The client that a request, or a nested call of it, comes from. */
  clientOf(call: Call): number {
    return this.sources[call.source].clientOf(call);
  }

  /** The run is over: what is still open has not finished. */
  close(): void {
    const { now } = this.kernel;
    for (const call of this.calls.items) {
      if (
        !call.ended &&
        call.parent === null &&
        call.caller === this.sources[call.source] &&
        call.hangUpAt !== CLOSED
      ) {
        call.hangUpAt = CLOSED;
        this.recorder.ended(call, UNFINISHED, UNFINISHED_RESULT, now);
      }
    }
    for (const service of this.services) for (const instance of service.instances) instance.touch(now);
  }
}

const CLOSED = -NEVER;

class JobHandler implements Handler {
  private readonly world: World;
  constructor(world: World) {
    this.world = world;
  }
  handle(id: number): void {
    const { jobs, kernel, services } = this.world;
    const job = jobs.items[id];
    if (job.finishAt !== kernel.now) return;
    services[job.service].proceed(job, kernel.now);
  }
}

class ReadyHandler implements Handler {
  private readonly world: World;
  constructor(world: World) {
    this.world = world;
  }
  handle(id: number): void {
    const service = this.world.services[Math.floor(id / MAX_INSTANCES)];
    service.becomeReady(id % MAX_INSTANCES, this.world.kernel.now);
  }
}

class ArrivalHandler implements Handler {
  private readonly world: World;
  constructor(world: World) {
    this.world = world;
  }
  handle(id: number): void {
    this.world.sources[id].arrive(this.world.kernel.now);
  }
}

class HangUpHandler implements Handler {
  private readonly world: World;
  constructor(world: World) {
    this.world = world;
  }
  handle(id: number): void {
    const { calls, kernel } = this.world;
    const call = calls.items[id];
    if (call.hangUpAt === kernel.now) call.caller!.hungUp(call);
  }
}

class ThinkHandler implements Handler {
  private readonly world: World;
  constructor(world: World) {
    this.world = world;
  }
  handle(id: number): void {
    const { kernel, sources } = this.world;
    let source = 0;
    while (!sources[source].isClosed || id >= sources[source].firstClient + sources[source].spec.clients) source++;
    sources[source].thought(id - sources[source].firstClient, kernel.now);
  }
}
