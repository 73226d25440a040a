import type {
  RecordingChunk,
  RunFigures,
  SampleGroup,
  SampleKind,
  SampleLayout,
  Transition,
} from '../../../sim/index.ts';
import type { LaneLayer, LaneSpec, ScenarioSummary } from '../worker/protocol.ts';
import { OUTCOME_NAMES } from './names.ts';
import { bytes, floats, ints, shorts, words } from './grow.ts';

/** The outcome of a request that has not ended, or was not recorded. */
export const UNKNOWN = 255;
export const SERVED = 0;
export const LATE = 1;

/** Everything that is known of one lane's run so far: what a worker has streamed, joined. */
export class LaneData {
  readonly spec: LaneSpec;
  readonly summary: ScenarioSummary;
  readonly layers: readonly LaneLayer[];
  readonly layout: SampleLayout;

  /** Attempts in the order of their ends. */
  readonly legs = {
    request: words(),
    edge: bytes(),
    from: bytes(),
    start: floats(),
    end: floats(),
    where: shorts(),
    kind: bytes(),
    after: ints(),
  };
  legCount = 0;
  /** The longest attempt, milliseconds. */
  longestLeg = 0;

  /** By number of the request. */
  readonly outcome = bytes();
  readonly origin = bytes();
  readonly cause = bytes();
  readonly clashes = bytes();
  readonly dispatches = bytes();
  readonly arrivedAt = floats();
  readonly endedAt = floats();
  /** Requests recorded have numbers from `first` to below `next`. */
  first = Infinity;
  next = 0;
  ended = 0;
  /** By outcome code: requests that ended so. */
  readonly tally = new Uint32Array(OUTCOME_NAMES.length);

  readonly conflicts = { at: floats(), request: words(), kind: bytes(), by: bytes(), against: bytes() };
  conflictCount = 0;

  readonly samples = floats();
  sampleCount = 0;
  readonly transitions: Transition[] = [];

  /** Known up to here, milliseconds. */
  until: number;
  omitted = 0;
  /** Share of the whole run that has been computed; 1 when it is over. */
  share = 0;
  figures: RunFigures | null = null;
  simulatedMs = 0;

  constructor(spec: LaneSpec, summary: ScenarioSummary, layers: readonly LaneLayer[], layout: SampleLayout) {
    this.spec = spec;
    this.summary = summary;
    this.layers = layers;
    this.layout = layout;
    this.until = summary.fromMs;
    this.outcome.values.fill(UNKNOWN);
  }

  append(chunk: RecordingChunk): void {
    const { legs } = this;
    legs.request.append(chunk.legs.request);
    legs.edge.append(chunk.legs.edge);
    legs.from.append(chunk.legs.from);
    legs.start.append(chunk.legs.start);
    legs.end.append(chunk.legs.end);
    legs.where.append(chunk.legs.where);
    legs.kind.append(chunk.legs.kind);
    legs.after.append(chunk.legs.after);
    for (let i = 0; i < chunk.legs.start.length; i++) {
      const length = chunk.legs.end[i] - chunk.legs.start[i];
      if (length > this.longestLeg) this.longestLeg = length;
    }
    this.legCount = legs.start.length;
    this.appendEnds(chunk.ends);
    this.conflicts.at.append(chunk.conflicts.at);
    this.conflicts.request.append(chunk.conflicts.request);
    this.conflicts.kind.append(chunk.conflicts.kind);
    this.conflicts.by.append(chunk.conflicts.by);
    this.conflicts.against.append(chunk.conflicts.against);
    this.conflictCount = this.conflicts.at.length;
    this.samples.append(chunk.samples.rows);
    this.sampleCount += chunk.samples.count;
    this.transitions.push(...chunk.transitions);
    this.until = Math.max(this.until, Math.min(chunk.until, this.summary.untilMs));
    this.omitted = chunk.omitted;
  }

  private appendEnds(ends: RecordingChunk['ends']): void {
    const { request } = ends;
    for (let i = 0; i < request.length; i++) {
      const number = request[i];
      if (number >= this.next) {
        this.next = number + 1;
        this.outcome.reserve(this.next, UNKNOWN);
        for (const column of [this.origin, this.cause, this.clashes, this.dispatches]) column.reserve(this.next);
        this.arrivedAt.reserve(this.next);
        this.endedAt.reserve(this.next);
      }
      if (number < this.first) this.first = number;
      this.outcome.values[number] = ends.outcome[i];
      this.tally[ends.outcome[i]]++;
      this.origin.values[number] = ends.origin[i];
      this.cause.values[number] = ends.cause[i];
      this.clashes.values[number] = ends.conflicts[i];
      this.dispatches.values[number] = ends.dispatches[i];
      this.arrivedAt.values[number] = ends.arrivedAt[i];
      this.endedAt.values[number] = ends.endedAt[i];
    }
    this.ended += request.length;
  }

  /** Whether all of the recorded stretch is there. */
  get isWhole(): boolean {
    return this.until >= this.summary.untilMs;
  }

  get served(): number {
    return this.tally[SERVED];
  }

  wasServed(request: number): boolean {
    return request < this.next && this.outcome.values[request] === SERVED;
  }

  outcomeOf(request: number): number {
    return request < this.next ? this.outcome.values[request] : UNKNOWN;
  }

  group(kind: SampleKind, layer: number): SampleGroup | undefined {
    return this.layout.groups.find((group) => group.kind === kind && group.layer === layer && group.service < 0);
  }

  serviceGroup(kind: SampleKind, service: number): SampleGroup | undefined {
    return this.layout.groups.find((group) => group.kind === kind && group.service === service);
  }

  /** The number of the sample that was newest at `ms`; -1 if there was none. */
  sampleAt(ms: number): number {
    const number = Math.floor((ms - this.summary.fromMs) / this.layout.interval);
    return Math.min(this.sampleCount - 1, number);
  }

  /** One number of a sample. */
  at(sample: number, offset: number): number {
    return this.samples.values[sample * this.layout.width + offset];
  }

  /** The first leg that ended at `ms` or later. */
  firstLegFrom(ms: number): number {
    const { values } = this.legs.end;
    let low = 0;
    let high = this.legCount;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle] < ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
