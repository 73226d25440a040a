import { erlangTail, hypoexponentialTail, quantileOf } from './tails.ts';

/** Stations in a row, side by side, and in a circle. Rates and times in any one unit. */

/** Mean time through M/M/1 stations in a row (Jackson 1957), each with its service rate. */
export function tandemResponse(arrivals: number, services: readonly number[]): number {
  return services.reduce((sum, service) => sum + 1 / (service - arrivals), 0);
}

/** A quantile of it: the sum of independent exponentials. Rates all alike, or all different. */
export function tandemQuantile(arrivals: number, services: readonly number[], q: number): number {
  const rates = services.map((service) => service - arrivals);
  const alike = rates.every((rate) => rate === rates[0]);
  return quantileOf((t) => (alike ? erlangTail(rates.length, rates[0], t) : hypoexponentialTail(rates, t)), q);
}

/** The mean of the slowest of n independent exponentials of one mean: the n-th harmonic number times it. */
export function slowestOf(n: number, mean: number): number {
  let sum = 0;
  for (let i = 1; i <= n; i++) sum += mean / i;
  return sum;
}

/** The mean of the first of n. */
export function fastestOf(n: number, mean: number): number {
  return mean / n;
}

/** Two M/M/1 queues that every arrival forks into and joins from (Flatto and Hahn 1984; Nelson and Tantawi 1988). */
export function forkJoinOfTwo(arrivals: number, service: number): number {
  const utilization = arrivals / service;
  return (12 - utilization) / 8 / (service - arrivals);
}

/** A closed network in its steady state. */
export interface ClosedNetworkMeans {
  /** Cycles a unit of time. */
  readonly throughput: number;
  /** Mean time through all stations, thinking apart. */
  readonly response: number;
}

/**
 * Clients that think and then pass through single-server stations with exponential services, by exact mean value
 * analysis (Reiser and Lavenberg 1980).
 */
export function closedNetwork(clients: number, thinkTime: number, services: readonly number[]): ClosedNetworkMeans {
  const present = services.map(() => 0);
  let throughput = 0;
  let response = 0;
  for (let n = 1; n <= clients; n++) {
    const times = services.map((service, i) => service * (1 + present[i]));
    response = times.reduce((sum, time) => sum + time, 0);
    throughput = n / (thinkTime + response);
    times.forEach((time, i) => (present[i] = throughput * time));
  }
  return { throughput, response };
}
