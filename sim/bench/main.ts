/**
 * `npm run bench`: what the simulator costs, side by side in one process with an M/M/4 queue written by hand. Only the
 * ratios mean anything: they are what the project promises and what a change of the engine is judged by.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import '../cli/engine-flags.ts';
import { runSeed } from '../experiments/seed-job.ts';
import { seedJob } from '../experiments/run.ts';
import type { MeasureSpec } from '../scenario/run-spec.ts';
import { COUNTS_ONLY } from '../scenario/run-spec.ts';
import type { DesignSpec, Scenario } from '../scenario/scenario.ts';
import { Simulation } from '../scenario/simulation.ts';
import { medianRates } from './measure.ts';
import { runLoop } from './mm4-loop.ts';
import type { TestResult } from '../properties/index.ts';
import { around, design, everyRequestEndsOnce } from '../properties/index.ts';
import { chaosWithAutoscaler, MM4, poolOf, registry, scenarioOf, sourceOfSmallChaos } from './scenarios.ts';

const LOOP_JOBS = 2_000_000;

interface Row {
  readonly name: string;
  readonly rate: number;
  readonly ratio: string;
  readonly target: string;
}

/** Counts the requests of one run of a design. */
function run(scenario: Scenario, design: DesignSpec, measure: Partial<MeasureSpec>): number {
  const simulation = new Simulation(
    { world: scenario.world, design, seed: '1', rekey: '', measure: { ...COUNTS_ONLY, ...measure } },
    registry,
  );
  simulation.finish();
  return simulation.world.arrivals;
}

function engine(): Row[] {
  const mm4 = scenarioOf(MM4);
  const chaos = chaosWithAutoscaler();
  const [layered] = chaos.designs;
  const [loop, queue, plain, verdicts, logged, timeline, traced, references] = medianRates([
    () => runLoop(LOOP_JOBS, 3.2, 1, '1').jobs,
    () => run(mm4, mm4.designs[0], {}),
    () => run(chaos, layered, {}),
    () => run(chaos, layered, { verdicts: true }),
    () => run(chaos, layered, { verdicts: true, log: true }),
    () => run(chaos, layered, { verdicts: true, timeline: 300 }),
    () => run(chaos, layered, { verdicts: true, trace: [67183] }),
    () => {
      runSeed(seedJob(chaos, [layered], '1', { references: true, verdicts: true }), registry);
      return run(chaos, layered, {});
    },
  ]);
  const row = (name: string, rate: number, target = ''): Row => ({
    name,
    rate,
    ratio: (rate / loop).toFixed(3),
    target,
  });
  return [
    row('M/M/4 written by hand (the reference)', loop),
    row('M/M/4 through the scenario path', queue, '0.45, better 0.6'),
    row('chaos story + autoscaler, counts only', plain),
    row('  … with verdicts', verdicts, '0.12, better 0.2'),
    row('  … and a log for comparisons', logged),
    row('  … and a timeline', timeline),
    row('  … and the trace of one request', traced),
    row('  … with references and re-keyed runs', references),
  ];
}

function pools(): Row[] {
  const small = scenarioOf(poolOf(10));
  const large = scenarioOf(poolOf(10_000));
  const rates = medianRates([
    () => run(small, small.designs[0], {}),
    () => run(large, large.designs[0], {}),
    () => run(small, small.designs[0], { verdicts: true }),
    () => run(large, large.designs[0], { verdicts: true }),
  ]);
  const cost = (rate: number): string => `${(rates[0] / rate).toFixed(2)} x the cost of 10`;
  return [
    { name: 'least request, 10 instances', rate: rates[0], ratio: cost(rates[0]), target: '' },
    { name: 'least request, 10,000 instances', rate: rates[1], ratio: cost(rates[1]), target: 'at most 2 x' },
    { name: '10 instances with verdicts', rate: rates[2], ratio: cost(rates[2]), target: '' },
    { name: '10,000 instances with verdicts', rate: rates[3], ratio: cost(rates[3]), target: 'at most 4 x' },
  ];
}

/**
 * A property test of 100 cases of 30 s at 100 requests/s, three seeds each, without references: what it takes, and what it
 * would take beside a hand-written loop of 3 million jobs a second.
 */
async function properties(): Promise<Row[]> {
  const cases = 100;
  const test = design('bench', sourceOfSmallChaos())
    .vary({ lag: around('balancer.metrics.lag', '0s', '12s'), wait: around('breaker.waitOpen', '5s', '60s') })
    .always(everyRequestEndsOnce(), () => true);
  const check = (): Promise<TestResult> => test.check({ runs: cases, seedsPerRun: 3, budget: '10m' });
  await check();
  const [loop] = medianRates([() => runLoop(LOOP_JOBS, 3.2, 1, '1').jobs]);
  const { findings } = await check();
  const { elapsedMs, simulated, cases: judged } = findings!;
  const atThreeMillion = ((elapsedMs / 1000) * loop) / 3e6;
  const rate = (simulated * 1000) / elapsedMs;
  return [
    {
      name: `${judged} cases of a property test in ${(elapsedMs / 1000).toFixed(1)} s`,
      rate,
      ratio: `${atThreeMillion.toFixed(1)} s at 3 M jobs/s`,
      target: 'under 10 s',
    },
  ];
}

/** Resident memory of a process of its own that simulates ten million requests. */
function memory(): string {
  const script = fileURLToPath(new URL('ten-million.ts', import.meta.url));
  return execFileSync(process.execPath, ['--import', 'tsx', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

function print(title: string, rows: readonly Row[]): void {
  const table = new Table({ head: [title, 'requests/s', 'ratio', 'target'], style: { head: [], border: [] } });
  for (const { name, rate, ratio, target } of rows) {
    table.push([name, Math.round(rate).toLocaleString('en-US'), ratio, target]);
  }
  process.stdout.write(`${table.toString()}\n`);
}

print('engine (ratio to the hand-written loop)', engine());
print('pools', pools());
print('property tests', await properties());
process.stdout.write(`${memory()}\n`);
