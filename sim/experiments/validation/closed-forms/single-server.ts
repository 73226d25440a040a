import { exp, pow } from '../../../kernel/math.ts';
import type { QueueMeans } from './birth-death.ts';
import { quantileOf } from './tails.ts';

/**
 * Queues of one server whose arrivals or services are not exponential. Rates and times in any one unit.
 *
 * Sources: Pollaczek 1930 and Khinchine 1932; Erlang 1909 (the wait of M/D/1); Kleinrock, Queueing Systems 1, chapter 6
 * (G/M/1).
 */

/** M/G/1 by its service's mean and squared coefficient of variation: the Pollaczek-Khinchine formula. */
export function mg1(arrivals: number, meanService: number, cv2: number): QueueMeans {
  const utilization = arrivals * meanService;
  const wait = (utilization * meanService * (1 + cv2)) / (2 * (1 - utilization));
  const response = wait + meanService;
  return { utilization, waits: utilization, wait, response, waiting: arrivals * wait, present: arrivals * response };
}

/** A quantile of the wait of M/D/1, times in services, for moderate loads (the sum alternates). */
export function md1WaitQuantile(utilization: number, q: number): number {
  return quantileOf((t) => {
    let sum = 0;
    let factorial = 1;
    for (let k = 0; k <= Math.floor(t); k++) {
      if (k > 0) factorial *= k;
      const x = utilization * (k - t);
      sum += (pow(Math.abs(x), k) * (k % 2 === 1 ? -1 : 1) * exp(-x)) / factorial;
    }
    return 1 - (1 - utilization) * sum;
  }, q);
}

/** M/G/1, processor sharing: the mean depends on the mean service alone. */
export function mg1SharedResponse(arrivals: number, meanService: number): number {
  return meanService / (1 - arrivals * meanService);
}

/** What a G/M/1 queue does. */
export interface GeneralArrivalsMeans {
  /** P(an arrival waits): the root sigma of sigma = A*(service (1 - sigma)). */
  readonly waits: number;
  readonly wait: number;
  readonly response: number;
}

/** G/M/1 by the Laplace transform of its time between arrivals. */
export function gm1(transform: (s: number) => number, service: number): GeneralArrivalsMeans {
  let sigma = 0.5;
  // A contraction with slope below one at the root; slow near full load.
  for (let i = 0; i < 100_000; i++) {
    const next = transform(service * (1 - sigma));
    if (Math.abs(next - sigma) < 1e-15) break;
    sigma = next;
  }
  const response = 1 / (service * (1 - sigma));
  return { waits: sigma, wait: response - 1 / service, response };
}

/** D/M/1: evenly spaced arrivals. */
export function dm1(arrivals: number, service: number): GeneralArrivalsMeans {
  return gm1((s) => exp(-s / arrivals), service);
}
