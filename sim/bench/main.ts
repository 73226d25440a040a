/**
 * `npm run bench`: what the simulator costs, side by side in one process with an M/M/4 queue written by hand. Only the
 * ratios mean anything: they are what the project promises and what a change of the engine is judged by.
 */
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import '../cli/engine-flags.ts';
import { runInOrder } from '../experiments/executor.ts';
import { PoolExecutor } from '../experiments/pool.node.ts';
import { seedJob, seedsOf } from '../experiments/run.ts';
import { COUNTS_ONLY } from '../scenario/run-spec.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Simulation } from '../scenario/simulation.ts';
import { ENGINE_ROWS, LOOP_JOBS, run } from './engine.ts';
import type { Beside } from './engine.ts';
import { median } from '../measure/statistics.ts';
import { medianRates } from './measure.ts';
import { runLoop } from './mm4-loop.ts';
import { autoscalerPolicies, breakerPolicies, limiterPolicies, retryPolicies } from './keyed-policies.ts';
import { balancingPolicies, POOLS } from './policies.ts';
import type { PolicyRates } from './policies.ts';
import type { TestResult } from '../properties/index.ts';
import { around, design, everyRequestEndsOnce } from '../properties/index.ts';
import { chaosWithAutoscaler, manyServices, poolOf, registry, scenarioOf, sourceOfSmallChaos } from './scenarios.ts';

interface Row {
  readonly name: string;
  readonly rate: number;
  readonly ratio: string;
  readonly target: string;
}

/** Each in a process of its own beside the loop, as a run of the program has its process for itself. */
function engine(): Row[] {
  const measured = ENGINE_ROWS.map((row, i) => ({
    row,
    ...(JSON.parse(printedBy('engine-row.ts', String(i))) as Beside),
  }));
  const loop = median(measured.map((one) => one.loop));
  return [
    { name: 'M/M/4 written by hand (the reference)', rate: loop, ratio: '1.000', target: '' },
    ...measured.map(({ row: { name, target }, loop: beside, rate }) => ({
      name,
      rate,
      ratio: (rate / beside).toFixed(3),
      target,
    })),
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

/** 500 services of ten instances each: a million requests in 15 s where the hand-written loop does 3 million jobs a second. */
function meshes(): Row[] {
  const requests = 200_000;
  const meshOf = (calls: number): Scenario => scenarioOf(manyServices(500, 10, requests, calls));
  const scenarios = [meshOf(0), meshOf(1), meshOf(2)];
  const calls = scenarios.map(() => 0);
  const [loop, ...rates] = medianRates(
    [
      () => runLoop(LOOP_JOBS, 3.2, 1, '1').jobs,
      ...scenarios.map(({ world, designs: [design] }, i) => () => {
        const simulation = new Simulation({ world, design, seed: '1', rekey: '', measure: COUNTS_ONLY }, registry);
        simulation.finish();
        calls[i] = simulation.world.services.reduce((sum, service) => sum + service.calls, 0);
        return simulation.world.arrivals;
      }),
    ],
    3,
  );
  return rates.map((rate, i): Row => {
    const each = calls[i] / requests;
    const million = (1e6 / rate) * (loop / 3e6);
    return {
      name: `500 services, 5,000 instances, ${each.toFixed(0)} call${each < 1.5 ? '' : 's'} a request`,
      rate,
      ratio: `${(rate / loop).toFixed(3)}; ${((rates[0] / rate) * (calls[0] / calls[i])).toFixed(2)} x the cost of a call`,
      target: i === 2 ? 'linear: at most 1.2 x' : `${million.toFixed(1)} s a million; at most 15 s`,
    };
  });
}

/** The same seeds on one worker thread and on two: what a second core is worth. */
async function workers(): Promise<Row[]> {
  const chaos = chaosWithAutoscaler();
  const jobs = seedsOf('1', WORKER_SEEDS).map((seed) =>
    seedJob(chaos, [chaos.designs[0]], seed, { references: true, verdicts: false }),
  );
  const rateOf = async (width: number): Promise<number> => {
    const pool = new PoolExecutor(undefined, width);
    // Threads start, and their code gets warm.
    await runInOrder(pool, jobs.slice(0, width), () => undefined);
    const start = performance.now();
    const results = await runInOrder(pool, jobs, () => undefined);
    const seconds = (performance.now() - start) / 1000;
    await pool.close();
    return results.reduce((sum, { simulated }) => sum + simulated, 0) / seconds;
  };
  const one = await rateOf(1);
  const two = await rateOf(2);
  return [
    { name: 'seeds with references, one worker', rate: one, ratio: '1.00', target: '' },
    { name: 'seeds with references, two workers', rate: two, ratio: (two / one).toFixed(2), target: 'at least 1.8' },
  ];
}

/** Enough that the last run of all, which one worker makes alone, counts for little. */
const WORKER_SEEDS = 6;

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

/** What a script beside this one prints, in a process of its own. */
function printedBy(name: string, ...args: readonly string[]): string {
  const script = fileURLToPath(new URL(name, import.meta.url));
  return execFileSync(process.execPath, ['--expose-gc', '--import', 'tsx', script, ...args], {
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

/** Decisions a second of every policy of a kind, with the beginning and the end of each request. */
function printPolicies(what: string, of: string, policies: readonly PolicyRates[]): void {
  const heads = POOLS.map((size) => `${size.toLocaleString('en-US')} ${of}`);
  const head = [`${what}, decisions/s`, ...heads];
  const table = new Table({ head, style: { head: [], border: [] } });
  for (const { name, rates } of policies) {
    table.push([name, ...rates.map((rate) => Math.round(rate).toLocaleString('en-US'))]);
  }
  process.stdout.write(`${table.toString()}\n`);
}

print('engine (ratio to the hand-written loop)', engine());
print('pools', pools());
printPolicies('balancing policy', 'instances', balancingPolicies());
printPolicies('breaker of each instance', 'instances', breakerPolicies());
printPolicies('limiter of each client', 'clients', limiterPolicies());
printPolicies('retries of each caller', 'callers', retryPolicies());
printPolicies('autoscaler', 'instances', autoscalerPolicies());
print('call graphs', meshes());
print(`workers (${availableParallelism()} cores)`, await workers());
print('property tests', await properties());
process.stdout.write(`${printedBy('ten-million.ts')}\n`);
process.stdout.write(`${printedBy('ablation.ts')}\n`);
