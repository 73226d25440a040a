import type { DistributionSpec } from '../kernel/distributions/index.ts';

/**
 * The world as plain data: times in nanoseconds, rates a second, shares of one. The scenario folder reads people's
 * YAML into this; a worker thread gets it as it is.
 */
export interface WorldSpec {
  /** Arrivals stop here. */
  readonly duration: number;
  /** Figures cover the arrivals from here on. */
  readonly warmup: number;
  /** How long after `duration` the run may go on until every request has ended. */
  readonly drain: number;
  readonly services: readonly ServiceSpec[];
  readonly traffic: readonly TrafficSpec[];
  readonly faults: readonly FaultSpec[];
  /** Most attempts that may be in all services at once, queued or in service; above it new ones are refused. */
  readonly cap: number;
  /** Zones, and how long it takes between them; null where there is no network to speak of. */
  readonly network: NetworkSpec | null;
}

/** Zones by index, and one-way delays between them. */
export interface NetworkSpec {
  readonly zones: readonly string[];
  /** By zone, the index of its region. */
  readonly regionOf: readonly number[];
  readonly regions: readonly string[];
  /** One-way delay from zone i to zone j at [i * zones + j]. */
  readonly delays: readonly DistributionSpec[];
}

export type QueueDiscipline = 'fifo' | 'lifo' | 'adaptiveLifo' | 'codel' | 'priority';
export const QUEUE_DISCIPLINES: readonly QueueDiscipline[] = ['fifo', 'lifo', 'adaptiveLifo', 'codel', 'priority'];

export interface QueueSpec {
  /** Waiting places of an instance; `Infinity` for no limit. */
  readonly limit: number;
  readonly discipline: QueueDiscipline;
  /** What a full queue does with one more: answers 503 at once, or drops it in silence. */
  readonly overflow: 'refuse' | 'drop';
  /** Adaptive LIFO: newest first while more than this many wait. */
  readonly lifoAbove: number;
  /** CoDel: the wait that is acceptable for a standing queue, and how long the queue may stand before it drops. */
  readonly target: number;
  readonly interval: number;
}

export interface ServiceSpec {
  readonly name: string;
  readonly instances: { readonly initial: number; readonly max: number };
  /** Slots of an instance. */
  readonly concurrency: number;
  readonly queue: QueueSpec;
  /** The request's own size, nanoseconds of work: the same in every try. */
  readonly demand: DistributionSpec;
  /** What this dispatch adds by chance: a factor on the demand. */
  readonly noise: DistributionSpec;
  /** Factor on the work of each instance: one number for each (repeated if shorter), or a distribution over them. */
  readonly slowness: readonly number[] | DistributionSpec;
  /** From launch to ready. */
  readonly coldStart: DistributionSpec;
  /** A fresh instance is slower by `factor` at first, falling to 1 in a straight line over `span`. */
  readonly warmUp: { readonly span: number; readonly factor: number };
  /** Work that starts when n slots are busy takes 1 + contention * (n - 1) times as long. */
  readonly contention: number;
  /** What reaches work whose caller has given up: nothing, what still waits, or work in progress too. */
  readonly cancellation: 'none' | 'queued' | 'full';
  /**
   * Whether a second execution of the same call does harm; `versioned`: whether the effect takes hold only if no other has
   * since its work began, and is an error else.
   */
  readonly effect: 'idempotent' | 'once' | 'versioned';
  /** Share of calls whose answer is an error, and whose answer is a 200 that is wrong. */
  readonly errorRate: number;
  readonly wrongRate: number;
  /** By instance, the index of its zone; empty without a network. */
  readonly zones: readonly number[];
  /** What it calls while it serves, stage after stage; empty for a leaf. */
  readonly stages: readonly StageSpec[];
  /** Whether a job keeps its slot while its calls are under way. */
  readonly holds: 'slot' | 'none';
  /** Whether the calls that it makes inherit the deadline of the call that it serves. */
  readonly propagatesDeadline: boolean;
  /** Whether waiting work is dropped when its deadline has passed before it begins. */
  readonly dropsExpired: boolean;
  /** Whether a later try of a call resumes at the stage that the last one had reached. */
  readonly checkpoints: boolean;
  /** How it is found out that an instance is ready or is not, and spread; null where callers know it at once. */
  readonly readiness: ReadinessSpec | null;
}

/** Readiness probes, in the names and whole seconds of Kubernetes, and how long until all know what they have found. */
export interface ReadinessSpec {
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
  readonly depth: 'shallow' | 'deep';
  /** Work of a probe at full speed, nanoseconds. */
  readonly work: number;
  /** From a change of readiness, or a removal, until callers act on it. */
  readonly propagation: DistributionSpec;
}

/** One stage of a service's work: work of its own, then calls side by side. */
export interface StageSpec {
  /** Work in the slot before the calls; null for none. */
  readonly work: DistributionSpec | null;
  readonly calls: readonly NestedCallSpec[];
  /** How many of the calls must end well: all of them, one (the first), or a quorum. */
  readonly need: number;
  /** What too few mean: the job fails, or merges what there is as if it were whole (a wrong answer). */
  readonly onFailure: 'fail' | 'partial';
}

export interface NestedCallSpec {
  readonly to: string;
  /** How long this service waits for the answer; `Infinity` for no timer of its own. */
  readonly timeout: number;
  /** Service that is called to undo this call, once it has ended well, if the job fails; null for none. */
  readonly compensate: string | null;
}

export interface TrafficSpec {
  readonly name: string;
  readonly to: string;
  /** Number of clients; each request belongs to one of them, chosen evenly. */
  readonly clients: number;
  readonly arrivals: ArrivalSpec;
  /** When an answer stops being useful, from the arrival; `Infinity` for never. */
  readonly deadline: number;
  /** When the client hangs up, from the arrival: the same for every request, or drawn for each; by default the deadline. */
  readonly patience: number | DistributionSpec;
  readonly classes: readonly { readonly name: string; readonly weight: number; readonly priority: number }[];
  /** Index of its zone; -1 without a network. */
  readonly zone: number;
}

/** Arrivals of a source. Rates are per second. */
export type ArrivalSpec = OpenArrivalSpec | ClosedArrivalSpec;

/** Arrivals that do not depend on the answers. */
export type OpenArrivalSpec =
  | { kind: 'poisson'; rate: number }
  | { kind: 'deterministic'; rate: number }
  /** Poisson with a rate that moves in straight lines between points and stays at the last one. */
  | { kind: 'profile'; points: readonly { readonly at: number; readonly rate: number }[] }
  /** Poisson with a rate that swings around its mean, highest at `peakAt` of each period. */
  | { kind: 'daily'; mean: number; peak: number; period: number; peakAt: number }
  /** Markov-modulated Poisson: bursts. */
  | { kind: 'mmpp'; states: readonly { readonly rate: number; readonly mean: number }[] }
  | RecordedArrivalSpec;

/** As recorded; with the client, class and demand (nanoseconds of work) of each where they were recorded too. */
export interface RecordedArrivalSpec {
  readonly kind: 'recorded';
  readonly times: readonly number[];
  readonly clients: readonly number[] | null;
  readonly classes: readonly number[] | null;
  readonly demands: readonly number[] | null;
  /** The number of each among all requests of the run that was recorded; only where a whole run is replayed. */
  readonly numbers?: readonly number[];
}

/** Every client sends its next request a think time after the last one ended: arrivals depend on the answers. */
export interface ClosedArrivalSpec {
  readonly kind: 'closed';
  readonly thinkTime: DistributionSpec;
}

/** When a fault strikes: once, or again and again at random. */
export type FaultTiming =
  | { kind: 'once'; at: number; length: number }
  | { kind: 'random'; between: DistributionSpec; length: DistributionSpec };

/** Which instances of a service a fault strikes; `any` draws one for each occurrence. */
export type FaultTargets = readonly number[] | 'all' | 'any';

export type FaultAct =
  | {
      kind: 'slow';
      service: string;
      instances: FaultTargets;
      factor: number;
      /** Work in progress too, or only work that starts meanwhile. */
      reach: 'all' | 'new';
    }
  | { kind: 'freeze'; service: string; instances: FaultTargets }
  | { kind: 'capacity'; service: string; instances: FaultTargets; share: number }
  | { kind: 'crash'; service: string; instances: FaultTargets }
  | { kind: 'errors'; service: string; instances: FaultTargets; rate: number }
  | { kind: 'wrong'; service: string; instances: FaultTargets; rate: number }
  /** Gray failure: this share of the callers cannot reach the instance; others can. */
  | { kind: 'gray'; service: string; instances: FaultTargets; callers: number }
  | { kind: 'surge'; traffic: string; factor: number }
  /** Every instance in a zone goes down. */
  | { kind: 'zoneLoss'; zone: number }
  /** Messages between two zones (both ways) are dropped in silence. */
  | { kind: 'partition'; between: readonly [number, number] }
  /** Messages between two zones (both ways) take this many times as long, and this much longer. */
  | { kind: 'networkDelay'; between: readonly [number, number]; factor: number; extra: number }
  /** A slow dependency: every instance's work takes longer while it lasts. */
  | { kind: 'dependency'; service: string; factor: number }
  /** A layer goes down: attempts pass it or are refused, as it says. */
  | { kind: 'layerDown'; layer: string }
  /** A layer loses its state, in a share of its copies. */
  | { kind: 'layerReset'; layer: string; share: number }
  /** A layer is saturated: each pass takes longer, and a share is refused. */
  | { kind: 'layerSaturated'; layer: string; delay: number; refuse: number }
  /** A config push reaches a share of a layer's copies; the others miss it. */
  | { kind: 'push'; layer: string; share: number }
  /** A setting changed by hand, which the next reconciliation of the layer reverts. */
  | { kind: 'hotfix'; layer: string; share: number }
  /** Replicas changed by hand. */
  | { kind: 'replicas'; service: string; count: number }
  /** Telemetry: samples freeze at their last value, arrive late by `lag`, or are lost. */
  | { kind: 'telemetry'; layer: string; effect: 'freeze' | 'slow' | 'lose'; lag: number };

export interface FaultSpec {
  /** Its place in the file, for reports. */
  readonly name: string;
  readonly timing: FaultTiming;
  readonly act: FaultAct;
}
