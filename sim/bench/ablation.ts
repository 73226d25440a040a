/** Ablates the shipped story's four layers over its 20 seeds, on every core, and says what that took and what was reused. */
import { fileURLToPath } from 'node:url';
import { ablate } from '../experiments/ablate/ablate.ts';
import { PoolExecutor } from '../experiments/pool.node.ts';
import { loadScenario } from '../scenario/load.node.ts';

const STORY = fileURLToPath(new URL('../../scenarios/load-balancer-chaos.yaml', import.meta.url));

const { scenario, registry } = await loadScenario(STORY);
const executor = new PoolExecutor();
const started = performance.now();
const { work, seeds, layers } = await ablate(scenario, registry, executor);
const seconds = (performance.now() - started) / 1000;
const processorSeconds = process.resourceUsage().userCPUTime / 1e6;
await executor.close();
const millions = work.simulated / 1e6;
const reused = 1 - work.runs / work.runsWithoutReuse;
process.stdout.write(
  `ablation of the story's ${layers.length} layers over ${seeds.length} seeds: ${seconds.toFixed(1)} s on ${executor.width} cores ` +
    `(${processorSeconds.toFixed(1)} s of processor time), ${millions.toFixed(1)} M requests, ` +
    `${(millions / seconds).toFixed(2)} M requests/s (${(millions / processorSeconds).toFixed(2)} a core); ` +
    `${work.runs} runs in place of ${work.runsWithoutReuse}, ${(reused * 100).toFixed(0)} % reused\n`,
);
