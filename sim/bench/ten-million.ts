/** Simulates ten million requests and prints the most memory that the process has held. */
import { existsSync, readFileSync } from 'node:fs';
import { Simulation } from '../scenario/simulation.ts';
import { MM4, registry, scenarioOf } from './scenarios.ts';

const scenario = scenarioOf(MM4.replace('duration: 300s', 'duration: 3125s'));
const measure = { verdicts: false, log: true, timeline: 0, trace: [] };
const simulation = new Simulation(
  { world: scenario.world, design: scenario.designs[0], seed: '1', rekey: '', measure },
  registry,
);
simulation.finish();
const mebibytes = Math.round(mostKibibytes() / 1024);
process.stdout.write(
  `10 million requests (${simulation.world.arrivals}): ${mebibytes} MB resident at most; target: under 300 MB\n`,
);

/** Linux's own mark counts from the start of the program; what `resourceUsage` says begins with what its parent held. */
function mostKibibytes(): number {
  const status = '/proc/self/status';
  const mark = existsSync(status) ? /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(status, 'utf8'))?.[1] : undefined;
  return mark === undefined ? process.resourceUsage().maxRSS : Number(mark);
}
