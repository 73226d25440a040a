/** Measures one row of the engine beside the hand-written loop, and prints both rates: `engine-row.ts 0`. */
import '../cli/engine-flags.ts';
import type { Beside } from './engine.ts';
import { ENGINE_ROWS, LOOP_JOBS } from './engine.ts';
import { medianRates } from './measure.ts';
import { runLoop } from './mm4-loop.ts';

const row = ENGINE_ROWS[Number(process.argv[2])];
const [loop, rate] = medianRates([() => runLoop(LOOP_JOBS, 3.2, 1, '1').jobs, () => row.run()], 7);
const beside: Beside = { loop, rate };
process.stdout.write(JSON.stringify(beside));
