import { isClosedLoop, runOracle } from '../../../sim/index.ts';
import { read, REGISTRY } from './lane-run.ts';
import { LIMITS, peakRate } from './limits.ts';
import type { ScenarioSource } from './protocol.ts';
import { summaryOf } from './summary.ts';

/** By number of the request, whether it could have been served in time (1) or not (0); of those within the shown stretch. */
export function servableRequests(source: ScenarioSource): Uint8Array {
  const scenario = read(source);
  const { world, seed } = scenario;
  const { untilMs } = summaryOf(scenario, source.text, REGISTRY);
  const duration = Math.min(world.duration, untilMs * 1e6);
  // Too many to keep, or not the same requests in every design: then the page shows no fidelity.
  if (isClosedLoop(world) || (peakRate(world) * duration) / 1e9 > LIMITS.requests) return new Uint8Array(0);
  const { log } = runOracle({ ...world, duration, warmup: 0 }, scenario.designs[0].edges, seed, 'max');
  return Uint8Array.from({ length: log.length }, (_, i) => (log.wasServed(i) ? 1 : 0));
}
