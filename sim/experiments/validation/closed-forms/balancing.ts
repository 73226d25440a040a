import { pow } from '../../../kernel/math.ts';
import { gm1 } from './single-server.ts';
import type { GeneralArrivalsMeans } from './single-server.ts';

/** Load balancing over n servers with exponential services of mean 1; `load` is the arrival rate for each server. */

/** Round robin: every server gets each n-th arrival of a Poisson stream, so it is an E_n/M/1 queue. */
export function roundRobin(servers: number, load: number): GeneralArrivalsMeans {
  const total = servers * load;
  return gm1((s) => pow(total / (total + s), servers), 1);
}

/**
 * The mean response of the best of d random choices as n grows without bound: sum over i of load^((d^i - d) / (d - 1)).
 *
 * Sources: Vvedenskaya, Dobrushin and Karpelevich 1996; Mitzenmacher, IEEE TPDS 12(10), 2001.
 */
export function powerOfChoices(choices: number, load: number): number {
  if (choices === 1) return 1 / (1 - load);
  let sum = 0;
  let power = choices;
  for (let i = 1; i < 200; i++) {
    const term = pow(load, (power - choices) / (choices - 1));
    sum += term;
    if (term < 1e-18) break;
    power *= choices;
  }
  return sum;
}
