import type { Problem, RecordingChunk, RunFigures, SampleLayout } from '../../../sim/index.ts';

/** A scenario as text, with the texts of the files that it extends, by the name that it calls them. */
export interface ScenarioSource {
  readonly text: string;
  readonly file: string;
  readonly bases: Readonly<Record<string, string>>;
}

/** One of the designs on the page: a design of the scenario, changed by hand. */
export interface LaneSpec {
  readonly design: string;
  /** Names of layers that are switched off. */
  readonly off: readonly string[];
  /** By layer: the lag of its metrics, milliseconds. */
  readonly lag: Readonly<Record<string, number>>;
  /** By layer: whether the layer outside sees who made a result. */
  readonly cause: Readonly<Record<string, boolean>>;
}

export type Order =
  | {
      readonly kind: 'run';
      readonly run: number;
      readonly source: ScenarioSource;
      readonly lane: LaneSpec;
      /** The moment that is to be shown first, milliseconds. */
      readonly visibleMs: number;
    }
  | { readonly kind: 'oracle'; readonly id: number; readonly source: ScenarioSource }
  /** How a lane's requests end when its layers draw other lots. */
  | { readonly kind: 'churn'; readonly id: number; readonly source: ScenarioSource; readonly lane: LaneSpec }
  | {
      readonly kind: 'trace';
      readonly id: number;
      readonly source: ScenarioSource;
      readonly lane: LaneSpec;
      readonly request: number;
      readonly servable: boolean;
    }
  | { readonly kind: 'check'; readonly id: number; readonly source: ScenarioSource }
  | { readonly kind: 'addFault'; readonly id: number; readonly source: ScenarioSource; readonly fault: WrittenFault }
  | {
      readonly kind: 'addDesign';
      readonly id: number;
      readonly source: ScenarioSource;
      readonly name: string;
      readonly lane: LaneSpec;
    };

/** A fault as a scenario writes it. */
export type WrittenFault = Readonly<Record<string, unknown>>;

export type Reply =
  | {
      readonly kind: 'begun';
      readonly run: number;
      readonly summary: ScenarioSummary;
      readonly layers: readonly LaneLayer[];
      readonly layout: SampleLayout;
    }
  | { readonly kind: 'chunk'; readonly run: number; readonly chunk: RecordingChunk }
  | { readonly kind: 'progress'; readonly run: number; readonly share: number }
  | { readonly kind: 'ended'; readonly run: number; readonly figures: RunFigures; readonly simulatedMs: number }
  | { readonly kind: 'problems'; readonly run: number; readonly problems: readonly Problem[] }
  | { readonly kind: 'refused'; readonly run: number; readonly message: string }
  /** Answers orders that carry an id. */
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };

/** A layer of a lane as it runs. */
export interface LaneLayer {
  readonly name: string;
  readonly kind: string;
  /** Index of the edge, and place on it, outermost 0; -1 beside the path. */
  readonly edge: number;
  readonly place: number;
}

export interface LayerSummary {
  readonly name: string;
  readonly kind: string;
  readonly policy: string;
  readonly edge: number;
  /** 0 where it decides on what passes through it. */
  readonly reported: boolean;
  readonly lagMs: number;
  readonly propagateCause: boolean;
  readonly shadow: boolean;
  /** What it keeps its state apart by: client, instance, service … */
  readonly key: string;
  readonly about: string;
  /** Of an autoscaler. */
  readonly service: string;
}

export interface FaultSummary {
  readonly label: string;
  readonly fromMs: number;
  /** Infinity if it stays. */
  readonly untilMs: number;
  readonly kind: string;
}

/** What the page needs to know of a scenario. */
export interface ScenarioSummary {
  readonly name: string;
  readonly about: string;
  readonly seed: string;
  readonly durationMs: number;
  /** Arrivals depend on the answers: two designs do not get the same requests. */
  readonly isClosedLoop: boolean;
  /** The stretch that is recorded and shown. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly services: readonly { readonly name: string; readonly instances: number; readonly slots: number }[];
  readonly traffic: readonly {
    readonly name: string;
    readonly to: string;
    readonly clients: number;
    readonly deadlineMs: number;
  }[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  readonly faults: readonly FaultSummary[];
  readonly designs: readonly {
    readonly name: string;
    readonly about: string;
    readonly layers: readonly LayerSummary[];
  }[];
  /** The story that the file tells in its opening comment: an introduction, numbered steps, a closing word. */
  readonly story: { readonly steps: readonly string[]; readonly closing: string };
}

/** One request's story, as the waterfall shows it. */
export interface Story {
  readonly request: number;
  readonly design: string;
  readonly outcome: string;
  readonly arrivedMs: number;
  readonly endedMs: number;
  readonly deadlineMs: number;
  readonly client: number;
  readonly steps: readonly StoryRow[];
  readonly moral: readonly string[];
  /** The trace itself, for export. */
  readonly trace: unknown;
}

export interface StoryRow {
  /** Since the arrival, milliseconds. */
  readonly afterMs: number;
  readonly who: string;
  readonly believed: string;
  readonly age: string;
  readonly truth: string;
  readonly decided: string;
  readonly verdict: string;
  readonly bad: boolean;
}
