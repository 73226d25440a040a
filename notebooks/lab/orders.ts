import type {
  Choice,
  DesignSpec,
  Explanation,
  Observation,
  ObservationTask,
  Scenario,
  SeedTask,
  SeedTaskResult,
  WorldSpec,
} from '../../sim/index.ts';

/** What can be asked of a lab, by kind: plain data that a worker understands. */
export interface Orders {
  /** One run of a design, or of the oracle. */
  readonly task: SeedTask;
  /** Replications of one design, for the validation cases. */
  readonly observe: ObservationTask;
  /** The story of one request. */
  readonly explain: { readonly scenario: Scenario; readonly design: DesignSpec; readonly choice: Choice };
  /** How many requests each instance of a service has, at even moments. */
  readonly queues: QueuesOrder;
}

/** What comes of each. */
export interface Answers {
  readonly task: SeedTaskResult;
  readonly observe: readonly Observation[];
  readonly explain: Explanation;
  readonly queues: QueueLengths;
}

export type OrderKind = keyof Orders;

export interface QueuesOrder {
  readonly world: WorldSpec;
  readonly design: DesignSpec;
  readonly seed: string;
  readonly service: string;
  /** Nanoseconds of simulated time: looks in [from, until], `every` apart. */
  readonly from: number;
  readonly until: number;
  readonly every: number;
}

export interface QueueLengths {
  readonly from: number;
  readonly every: number;
  /** By instance, then by look: requests waiting and in service. */
  readonly instances: readonly (readonly number[])[];
}
