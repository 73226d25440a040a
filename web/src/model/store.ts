import { batch, computed, signal } from '@preact/signals';
import type { Problem } from '../../../sim/index.ts';
import type {
  LaneSpec,
  LayerSummary,
  ScenarioSource,
  ScenarioSummary,
  Story,
  WrittenFault,
} from '../worker/protocol.ts';
import { Clock } from './clock.ts';
import { Crew } from './fleet.ts';
import type { LaneReply, Question } from './fleet.ts';
import { churnOf, flipsBetween } from './flips.ts';
import type { Churn } from './flips.ts';
import { LaneData } from './lane-data.ts';
import { seriesOf } from './series.ts';
import type { Series } from './series.ts';
import { uses } from './uses.ts';

/** Lanes are named by letters. */
export const LETTERS = ['A', 'B', 'C'] as const;
export const MOST_LANES = LETTERS.length;

/** A scenario and where it is from: a shipped one by its file name, or text of the user's own. */
export interface OpenScenario extends ScenarioSource {
  /** File name of the shipped scenario that this is, unchanged; null for anything else. */
  readonly shipped: string | null;
}

export const clock = new Clock();
export const scenario = signal<OpenScenario>({ text: '', file: '', bases: {}, shipped: null });
export const specs = signal<readonly LaneSpec[]>([]);
/** The runs as shown; one that is being computed anew stays until the new one has come to the playhead. */
export const lanes = signal<readonly (LaneData | undefined)[]>([]);
/** The runs that charts, lists and matrices are of: those shown, a frame later, so that the stages wait for none of them. */
export const analysed = signal<readonly (LaneData | undefined)[]>([]);
/** Counts up whenever a shown run has grown. */
export const version = signal(0);
export const summary = signal<ScenarioSummary | null>(null);
export const problems = signal<readonly Problem[]>([]);
/** By lane: why it was stopped. */
export const stopped = signal<readonly (string | null)[]>([]);
export const computing = signal<readonly boolean[]>([]);
export const servable = signal<Uint8Array | null>(null);
/** The edge that the stages show; null for the graph of all services. */
export const level = signal<number | null>(0);
export const selected = signal<number | null>(null);
/** By lane: the selected request's story; null while it is being told. */
export const stories = signal<readonly (Story | null)[]>([]);
/** The time under the pointer, for cross-hairs; null for none. */
export const pointedAt = signal<number | null>(null);
/** Says what happened, for those who do not see it. */
export const announcement = signal('');
/** How long the last change took until the visible moment showed its result, milliseconds. */
export const lastChangeMs = signal<number | null>(null);

let lastSeries: readonly (Series | undefined)[] = [];

/** The same list as long as nothing in it has changed. */
export const series = computed(() => {
  uses(version);
  const now = analysed.value.map((lane) => (lane === undefined ? undefined : seriesSoFar(lane)));
  const isSame = now.length === lastSeries.length && now.every((one, i) => one === lastSeries[i]);
  if (!isSame) lastSeries = now;
  return lastSeries;
});

interface Drawn {
  readonly ended: number;
  readonly samples: number;
  readonly servable: Uint8Array | null;
  readonly series: Series;
}

const drawn = new WeakMap<LaneData, Drawn>();

/** A lane that has not grown has the series that it had. */
function seriesSoFar(lane: LaneData): Series {
  const before = drawn.get(lane);
  const { ended, sampleCount: samples } = lane;
  const reference = servable.value;
  if (before !== undefined && before.ended === ended && before.samples === samples && before.servable === reference) {
    return before.series;
  }
  const now = { ended, samples, servable: reference, series: seriesOf(lane, reference) };
  drawn.set(lane, now);
  return now.series;
}

/** Of the first lane against the second. */
export const flips = computed(() => {
  uses(version);
  const [first, second] = analysed.value;
  return first === undefined || second === undefined ? { killed: [], saved: [] } : flipsBetween(first, second);
});

/** By lane, how its requests end when its layers draw other lots; null while that is not known. */
const byChance = signal<readonly (Uint8Array | null)[]>([]);

/** How many of the flips each way are chance: the more of the two designs' own. Null while that is not known. */
export const churn = computed((): Churn | null => {
  uses(version);
  const own = [0, 1].map((i) => {
    const [lane, again] = [analysed.value[i], byChance.value[i]];
    return lane === undefined || again === undefined || again === null ? null : churnOf(lane, again);
  });
  const [first, second] = own;
  if (first === null || second === null) return null;
  return { killed: Math.max(first.killed, second.killed), saved: Math.max(first.saved, second.saved) };
});

/** Whether there is a graph to be seen: more than one edge. */
export const hasGraph = computed(() => (summary.value?.edges.length ?? 0) > 1);

export const laneOf = (design: string): LaneSpec => ({ design, off: [], lag: {}, cause: {} });

/** The layers of a lane's design as the scenario has them. */
export function layersOf(spec: LaneSpec): readonly LayerSummary[] {
  return summary.value?.designs.find(({ name }) => name === spec.design)?.layers ?? [];
}

// --- running -----------------------------------------------------------------------------------------------------------

let runs = 0;
const crews: Crew[] = [];
const pending: (LaneData | undefined)[] = [];
const changedAt: (number | undefined)[] = [];
/** For edits, and what else is wanted at once. */
export const desk = new Crew();
/** For what the lanes are measured by: it gives way to them. */
const references = new Crew();
let grown = false;

/** Opens a scenario with some lanes. The playhead goes to `at`, or to a moment before the first fault. */
export function open(wanted: OpenScenario, lanesWanted: readonly LaneSpec[] | null, at?: number): void {
  desk.stop('another scenario was opened');
  references.stop('another scenario was opened');
  crews.splice(MOST_LANES).forEach((crew) => crew.stop(''));
  crews.forEach((crew) => crew.stop('another scenario was opened'));
  batch(() => {
    scenario.value = wanted;
    specs.value = lanesWanted ?? [laneOf('layered')];
    lanes.value = [];
    analysed.value = [];
    summary.value = null;
    problems.value = [];
    servable.value = null;
    selected.value = null;
    stories.value = [];
    stopped.value = [];
    computing.value = [];
    byChance.value = [];
  });
  pending.length = 0;
  startAt = at ?? null;
  wantsSecondLane = lanesWanted === null;
  specs.value.forEach((_, i) => start(i));
}

let startAt: number | null = null;
let wantsSecondLane = false;

/** The scenario's text has changed: all lanes run again, and keep their place. */
export function replaceText(text: string): void {
  batch(() => {
    scenario.value = { ...scenario.value, text, shipped: null };
    servable.value = null;
    problems.value = [];
  });
  specs.value.forEach((_, i) => start(i));
}

/** Changes one lane, which runs again and keeps its place. */
export function changeLane(index: number, change: (spec: LaneSpec) => LaneSpec): void {
  specs.value = specs.value.map((spec, i) => (i === index ? change(spec) : spec));
  start(index);
}

export function addLane(spec: LaneSpec): void {
  if (specs.value.length >= MOST_LANES) return;
  specs.value = [...specs.value, spec];
  start(specs.value.length - 1);
}

export function removeLane(index: number): void {
  crews.splice(index, 1)[0]?.stop('removed');
  pending.splice(index, 1);
  changedAt.splice(index, 1);
  batch(() => {
    specs.value = specs.value.filter((_, i) => i !== index);
    lanes.value = lanes.value.filter((_, i) => i !== index);
    analysed.value = lanes.value;
    stories.value = stories.value.filter((_, i) => i !== index);
    stopped.value = stopped.value.filter((_, i) => i !== index);
    computing.value = computing.value.filter((_, i) => i !== index);
    byChance.value = byChance.value.filter((_, i) => i !== index);
  });
}

export function stopAll(): void {
  crews.forEach((crew) => {
    if (crew.isBusy) crew.stop('Stopped by you. What had been computed is shown.');
  });
}

function start(index: number): void {
  const crew = (crews[index] ??= newCrew());
  changedAt[index] = performance.now();
  lastChangeMs.value = null;
  references.stop('a lane needs the processor');
  pending[index] = undefined;
  setAt(stopped, index, null);
  setAt(computing, index, true);
  setAt(byChance, index, null);
  crew.run(runs++, scenario.value, specs.value[index], summary.value === null ? 0 : clock.now);
}

function newCrew(): Crew {
  const crew: Crew = new Crew((reply) => {
    const index = crews.indexOf(crew);
    if (index >= 0) hear(index, reply);
  });
  return crew;
}

function hear(index: number, reply: LaneReply): void {
  switch (reply.kind) {
    case 'begun':
      begin(index, reply);
      return;
    case 'chunk':
      current(index)?.append(reply.chunk);
      showWhenReady(index);
      return;
    case 'progress': {
      const lane = current(index);
      if (lane !== undefined) lane.share = reply.share;
      return;
    }
    case 'ended': {
      const lane = current(index);
      if (lane === undefined) return;
      lane.figures = reply.figures;
      lane.simulatedMs = reply.simulatedMs;
      lane.share = 1;
      setAt(computing, index, false);
      showWhenReady(index, true);
      askForReferences();
      return;
    }
    case 'problems':
      problems.value = reply.problems;
      setAt(computing, index, false);
      return;
    case 'refused':
      setAt(stopped, index, reply.message);
      setAt(computing, index, false);
      showWhenReady(index, true);
  }
}

function current(index: number): LaneData | undefined {
  return pending[index] ?? lanes.value[index];
}

function begin(index: number, reply: Extract<LaneReply, { kind: 'begun' }>): void {
  const lane = new LaneData(specs.value[index], reply.summary, reply.layers, reply.layout);
  pending[index] = lane;
  clock.from = lane.summary.fromMs;
  if (summary.value === null) {
    level.value = reply.summary.edges.length > 1 ? null : 0;
    clock.end = lane.summary.fromMs;
    const first = lane.summary.faults[0]?.fromMs ?? lane.summary.fromMs;
    clock.now = startAt ?? Math.max(lane.summary.fromMs, first - 2000);
    clock.shown.value = clock.now;
  }
  summary.value = lane.summary;
  problems.value = [];
  if (lanes.value[index] === undefined) show(index);
  if (wantsSecondLane) {
    wantsSecondLane = false;
    const other = lane.summary.designs.find(({ name }) => name !== specs.value[0].design)?.name;
    if (other !== undefined) addLane(laneOf(other));
  }
}

/** Shows a run that was computed anew once it has come to the visible moment. */
function showWhenReady(index: number, isOver = false): void {
  const lane = pending[index];
  if (lane !== undefined && (isOver || lane.isWhole || lane.until > clock.now + 2 * lane.layout.interval)) show(index);
  grown = true;
  extend();
}

/** The playback may go as far as all shown runs have come. */
function extend(): void {
  const shown = lanes.value.filter((lane) => lane !== undefined);
  if (shown.length > 0) clock.end = Math.min(...shown.map(({ until }) => until));
}

function show(index: number): void {
  const lane = pending[index];
  if (lane === undefined) return;
  const isNew = lanes.value[index] === undefined;
  pending[index] = undefined;
  setAt(lanes, index, lane);
  grown = true;
  const began = changedAt[index];
  changedAt[index] = undefined;
  if (isNew || began === undefined) {
    analysed.value = lanes.value;
    return;
  }
  // It is seen once the next frame has been drawn.
  requestAnimationFrame(() =>
    setTimeout(() => {
      lastChangeMs.value = performance.now() - began;
      analysed.value = lanes.value;
    }),
  );
  if (selected.value !== null) void tell(selected.value);
}

/** A few times a second what has grown is drawn anew; less often where that takes long. */
function refresh(): void {
  const began = performance.now();
  showGrowth();
  const took = performance.now() - began;
  setTimeout(refresh, Math.max(80, 6 * took));
}

function showGrowth(): void {
  extend();
  if (!grown) return;
  grown = false;
  version.value++;
}
refresh();
clock.isComplete = () => lanes.value.length > 0 && lanes.value.every((lane) => lane?.isWhole === true);

/** What was asked for and has not been answered. */
const asked = new Set<unknown>();

/** Once the lanes no longer need the processor: which requests could have been served, and how many flips are chance. */
function askForReferences(): void {
  if (computing.value.some((is) => is)) return;
  const source = scenario.value;
  if (servable.value === null) {
    void askOnce<Uint8Array>(source, { kind: 'oracle', source }, (answer) => {
      if (scenario.value !== source) return;
      servable.value = answer.length === 0 ? null : answer;
      version.value++;
    });
  }
  if (specs.value.length < 2) return;
  specs.value.slice(0, 2).forEach((lane, i) => {
    if (byChance.value[i] !== null) return;
    // Every run has its own: the same lane on another text is another question.
    void askOnce<Uint8Array>(lanes.value[i], { kind: 'churn', source, lane }, (answer) => {
      const isSame = scenario.value === source && specs.value[i] === lane;
      if (isSame && answer.length > 0) setAt(byChance, i, answer);
    });
  });
}

async function askOnce<Answer>(key: unknown, question: Question, hearAnswer: (answer: Answer) => void): Promise<void> {
  if (asked.has(key)) return;
  asked.add(key);
  try {
    hearAnswer(await references.ask<Answer>(question));
  } catch {
    // A lane runs anew, or another scenario was opened: it is asked for again once it is wanted again.
  }
  asked.delete(key);
}

// --- one request -------------------------------------------------------------------------------------------------------

/** Chooses a request, whose story every lane then tells. */
export function choose(request: number | null): void {
  selected.value = request;
  stories.value = specs.value.map(() => null);
  if (request !== null) void tell(request);
}

async function tell(request: number): Promise<void> {
  const source = scenario.value;
  await Promise.all(
    specs.value.map(async (lane, i) => {
      const could = servable.value === null || servable.value[request] === 1;
      try {
        const story = await crews[i].ask<Story>({ kind: 'trace', source, lane, request, servable: could });
        if (selected.value === request && specs.value[i] === lane) setAt(stories, i, story);
      } catch {
        // The lane was stopped or changed meanwhile: its own message says so.
      }
    }),
  );
}

// --- chaos -------------------------------------------------------------------------------------------------------------

/** Appends a fault to the scenario, and runs it. */
export async function addFault(fault: WrittenFault): Promise<void> {
  const text = await desk.ask<string>({ kind: 'addFault', source: scenario.value, fault });
  announcement.value = `A fault was added to the scenario: ${JSON.stringify(fault)}`;
  replaceText(text);
}

/** Keeps a lane's design in the scenario under a name. */
export async function keepDesign(index: number, name: string): Promise<void> {
  const lane = specs.value[index];
  const text = await desk.ask<string>({ kind: 'addDesign', source: scenario.value, name, lane });
  specs.value = specs.value.map((spec, i) => (i === index ? laneOf(name) : spec));
  replaceText(text);
}

function setAt<T>(list: { value: readonly T[] }, index: number, value: T): void {
  const copy = [...list.value];
  copy[index] = value;
  list.value = copy;
}
