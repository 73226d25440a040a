import { isClosedLoop, Simulation } from '../../../sim/index.ts';
import { designOf } from './design.ts';
import { read, REGISTRY } from './lane-run.ts';
import { checkMemory, checkTime, LIMITS, peakRate } from './limits.ts';
import type { LaneSpec, ScenarioSource } from './protocol.ts';
import { summaryOf } from './summary.ts';

const STEP = 250e6;
/** Of a request that has not ended. */
const UNKNOWN = 255;

/**
 * By number of the request, how it ends when the layers draw other lots: the same design, world, seed and arrivals, only
 * the draws of the design's own layers anew. What differs from the lane is mere chance.
 */
export function outcomesByChance(source: ScenarioSource, lane: LaneSpec): Uint8Array {
  const scenario = read(source);
  const { world, seed } = scenario;
  const { untilMs } = summaryOf(scenario, source.text, REGISTRY);
  if (isClosedLoop(world) || (peakRate(world) * untilMs) / 1000 > LIMITS.requests) return new Uint8Array(0);
  const startedAt = performance.now();
  const measure = { verdicts: false, log: true, timeline: 0, trace: [] };
  const design = designOf(scenario, lane, REGISTRY);
  const simulation = new Simulation({ world, design, seed, rekey: '/again', measure }, REGISTRY);
  while (simulation.now < untilMs * 1e6 && !simulation.isOver) {
    simulation.advance(Math.min(untilMs * 1e6, simulation.now + STEP));
    checkMemory(simulation);
    checkTime(startedAt);
  }
  const log = simulation.log!;
  return Uint8Array.from({ length: log.length }, (_, i) => log.outcomeOf(i) ?? UNKNOWN);
}
