import { figuresOf, Registry, readScenario, Simulation } from '../../../sim/index.ts';
import type { Scenario } from '../../../sim/index.ts';
import { designOf, layersOf } from './design.ts';
import { checkMemory, checkSize, checkTime, LIMITS, peakRate } from './limits.ts';
import type { LaneSpec, Reply, ScenarioSource } from './protocol.ts';
import { summaryOf } from './summary.ts';

/** Simulated time between samples. */
export const SAMPLE_MS = 250;
const MILLISECOND = 1e6;
/** So long it computes before it looks whether something else is wanted. */
const SLICE_MS = 24;
/** What is shown runs on while it is played: so far beyond the visible moment is wanted before anything is shown. */
const AHEAD_MS = 750;
/** After so long what there is is sent, even if it has not come to the visible moment. */
const PATIENCE_MS = 300;
/** Most requests in one step of the simulation, so that a wild scenario can be stopped. */
const STEP_REQUESTS = 5000;

export const REGISTRY = new Registry();

let lastRead: { source: ScenarioSource; scenario: Scenario } | null = null;

/** Reads a scenario, unless it is the one that was read last: a change of a design leaves its text as it is. */
export function read(source: ScenarioSource): Scenario {
  if (lastRead !== null && isSame(lastRead.source, source)) return lastRead.scenario;
  const scenario = readAnew(source);
  lastRead = { source, scenario };
  return scenario;
}

function isSame(a: ScenarioSource, b: ScenarioSource): boolean {
  return a.text === b.text && a.file === b.file && JSON.stringify(a.bases) === JSON.stringify(b.bases);
}

function readAnew(source: ScenarioSource): Scenario {
  const scenario = readScenario(source.text, source.file, {
    registry: REGISTRY,
    readBase: (name) => {
      if (!Object.hasOwn(source.bases, name))
        throw new Error(`\`${name}\` is another file: the page has only this one`);
      return { text: source.bases[name], file: name };
    },
  });
  checkSize(scenario);
  return scenario;
}

/**
 * Runs one lane: the recorded stretch first, streamed in pieces as it is computed, then the rest of the run for its
 * figures and digest. Yields whenever the worker may look at its messages.
 *
 * @param visibleMs the moment that the page shows: what comes before it is of no use to the page without it
 */
export function* runLane(
  run: number,
  source: ScenarioSource,
  lane: LaneSpec,
  visibleMs: number,
): Generator<{ readonly reply: Reply; readonly transfer: Transferable[] } | null, void, void> {
  const startedAt = performance.now();
  const scenario = read(source);
  const design = designOf(scenario, lane, REGISTRY);
  const { world, seed } = scenario;
  const summary = summaryOf(scenario, source.text, REGISTRY);
  const { fromMs, untilMs } = summary;
  const simulation = new Simulation(
    {
      world,
      design,
      seed,
      rekey: '',
      measure: {
        // The truth beside the beliefs is sampled; judging every decision by it would double the time of a run.
        verdicts: false,
        log: false,
        timeline: 0,
        trace: [],
        recording: {
          from: fromMs * MILLISECOND,
          until: untilMs * MILLISECOND,
          sampleEvery: SAMPLE_MS,
          mostLegs: 2 * LIMITS.recorded,
        },
      },
    },
    REGISTRY,
  );
  const recorder = simulation.recorder!;
  yield {
    reply: { kind: 'begun', run, summary, layers: layersOf(design), layout: recorder.layout },
    transfer: [],
  };

  const rate = peakRate(world);
  const step = Math.min(SAMPLE_MS, (STEP_REQUESTS / Math.max(1, rate)) * 1000) * MILLISECOND;
  let sliceAt = performance.now();
  const isDue = (): boolean => performance.now() - sliceAt > SLICE_MS;
  const advance = (until: number): void => {
    while (simulation.now < until && !simulation.isOver) {
      simulation.advance(Math.min(until, simulation.now + step));
      checkMemory(simulation);
      checkTime(startedAt);
    }
  };

  while (simulation.now < fromMs * MILLISECOND) {
    advance(Math.min(fromMs * MILLISECOND, simulation.now + SAMPLE_MS * MILLISECOND));
    if (!isDue()) continue;
    yield { reply: { kind: 'progress', run, share: simulation.now / world.duration }, transfer: [] };
    sliceAt = performance.now();
  }
  // The stretch up to the visible moment comes in one piece, the rest as it is computed: a long step in several.
  const wantedMs = Math.min(untilMs, visibleMs + AHEAD_MS);
  let isSeen = wantedMs <= fromMs;
  for (let at = fromMs; at < untilMs; at += SAMPLE_MS) {
    while (simulation.now < at * MILLISECOND) {
      advance(at * MILLISECOND);
      if (!isDue()) continue;
      yield isSeen ? chunkOf(run, simulation) : null;
      sliceAt = performance.now();
    }
    recorder.sample();
    const isReached = !isSeen && at >= wantedMs;
    if (!isReached && !isDue()) continue;
    isSeen ||= isReached || performance.now() - startedAt > PATIENCE_MS;
    yield isSeen ? chunkOf(run, simulation) : null;
    sliceAt = performance.now();
  }
  // What arrived within the stretch ends a little later.
  advance(untilMs * MILLISECOND);
  yield chunkOf(run, simulation);

  const isLong = (rate * world.duration) / 1e9 > LIMITS.requests;
  while (!isLong && !simulation.isOver) {
    const before = simulation.now;
    simulation.advance(simulation.now + step);
    if (simulation.now === before) simulation.finish();
    checkMemory(simulation);
    checkTime(startedAt);
    if (!isDue()) continue;
    yield { reply: { kind: 'progress', run, share: Math.min(1, simulation.now / world.duration) }, transfer: [] };
    sliceAt = performance.now();
  }
  simulation.world.close();
  yield chunkOf(run, simulation);
  const until = Math.min(simulation.now, world.duration);
  yield {
    reply: { kind: 'ended', run, figures: figuresOf(simulation, until), simulatedMs: until / MILLISECOND },
    transfer: [],
  };
}

function chunkOf(run: number, simulation: Simulation): { reply: Reply; transfer: Transferable[] } {
  const chunk = simulation.recorder!.take();
  const { legs, ends, conflicts, samples } = chunk;
  const arrays: ArrayBufferView[] = [
    ...Object.values(legs),
    ...Object.values(ends),
    ...Object.values(conflicts),
    samples.rows,
  ];
  return { reply: { kind: 'chunk', run, chunk }, transfer: arrays.map(({ buffer }) => buffer as ArrayBuffer) };
}
