import { exp } from '../../../kernel/math.ts';
import { erlangTail, erlangThenExponentialTail, quantileOf } from './tails.ts';

/**
 * Queues that are birth-death processes: M/M/c, M/M/c/K, M/M/c+M. `arrivals` and `service` are rates in any one unit of
 * time, in which all times come out.
 *
 * Sources: Kleinrock, Queueing Systems 1, 1975, chapter 3; Garnett, Mandelbaum and Reiman, MSOM 4(3), 2002 (Erlang A).
 */

/** Means and shares of a queue in its steady state. */
export interface QueueMeans {
  /** Share of the servers that is busy. */
  readonly utilization: number;
  /** P(a customer who is served has to wait). */
  readonly waits: number;
  /** Mean wait, and mean time in the system, of those who are served. */
  readonly wait: number;
  readonly response: number;
  /** Mean number waiting, and in the system. */
  readonly waiting: number;
  readonly present: number;
}

/** Erlang B: the share of arrivals that find all servers busy, where they are lost. @param load arrivals / service */
export function erlangB(servers: number, load: number): number {
  let blocking = 1;
  for (let k = 1; k <= servers; k++) blocking = (load * blocking) / (k + load * blocking);
  return blocking;
}

/** Erlang C: the same where they wait. */
export function erlangC(servers: number, load: number): number {
  const blocking = erlangB(servers, load);
  return blocking / (1 - (load / servers) * (1 - blocking));
}

/** M/M/c, first come first served. */
export function mmc(arrivals: number, service: number, servers: number): QueueMeans {
  const waits = erlangC(servers, arrivals / service);
  const wait = waits / (servers * service - arrivals);
  const response = wait + 1 / service;
  return {
    utilization: arrivals / (servers * service),
    waits,
    wait,
    response,
    waiting: arrivals * wait,
    present: arrivals * response,
  };
}

/** A quantile of the response time of M/M/c: the service time alone, or after an exponential wait. */
export function mmcResponseQuantile(arrivals: number, service: number, servers: number, q: number): number {
  const waits = erlangC(servers, arrivals / service);
  const drain = servers * service - arrivals;
  const after = (t: number): number =>
    Math.abs(drain - service) < 1e-9 * service
      ? erlangTail(2, service, t)
      : (drain * exp(-service * t) - service * exp(-drain * t)) / (drain - service);
  return quantileOf((t) => (1 - waits) * exp(-service * t) + waits * after(t), q);
}

/** A quantile of the wait of M/M/c; 0 where more than that share does not wait. */
export function mmcWaitQuantile(arrivals: number, service: number, servers: number, q: number): number {
  const waits = erlangC(servers, arrivals / service);
  return waits <= 1 - q ? 0 : quantileOf((t) => waits * exp(-(servers * service - arrivals) * t), q);
}

/** What a bounded queue refuses, beside its means. */
export interface BoundedQueueMeans extends QueueMeans {
  readonly blocked: number;
  /** Customers served in a unit of time. */
  readonly throughput: number;
  readonly responseP99: number;
}

/** M/M/c/K: at most `places` in the system, others are lost. */
export function mmck(arrivals: number, service: number, servers: number, places: number): BoundedQueueMeans {
  const states = stationary(places, (n) => arrivals / (service * Math.min(n, servers)));
  const blocked = states[places];
  const throughput = arrivals * (1 - blocked);
  const present = states.reduce((sum, p, n) => sum + n * p, 0);
  const waiting = states.reduce((sum, p, n) => sum + Math.max(0, n - servers) * p, 0);
  const accepted = states.slice(0, places).map((p) => p / (1 - blocked));
  const tail = (t: number): number => accepted.reduce((sum, p, n) => sum + p * responseTail(n, servers, service, t), 0);
  return {
    utilization: throughput / (servers * service),
    waits: accepted.slice(servers).reduce((sum, p) => sum + p, 0),
    wait: waiting / throughput,
    response: present / throughput,
    waiting,
    present,
    blocked,
    throughput,
    responseP99: quantileOf(tail, 0.99),
  };
}

/** P(response > t) of who finds n in the system. */
function responseTail(n: number, servers: number, service: number, t: number): number {
  if (servers === 1) return erlangTail(n + 1, service, t);
  return erlangThenExponentialTail(Math.max(0, n - servers + 1), servers * service, service, t);
}

/** What those who lose patience do to a queue. */
export interface ImpatientQueueMeans {
  readonly utilization: number;
  /** P(an arrival finds all servers busy). */
  readonly waits: number;
  readonly abandoned: number;
  readonly waiting: number;
  readonly present: number;
  readonly throughput: number;
}

/** Erlang A, M/M/c+M: whoever waits leaves at the rate `impatience`. */
export function erlangA(arrivals: number, service: number, servers: number, impatience: number): ImpatientQueueMeans {
  const leaving = (n: number): number => service * Math.min(n, servers) + impatience * Math.max(0, n - servers);
  const most = servers + 20 * Math.max(50, -Math.floor(-arrivals / impatience));
  const states = stationary(most, (n) => arrivals / leaving(n));
  const waiting = states.reduce((sum, p, n) => sum + Math.max(0, n - servers) * p, 0);
  const busy = states.reduce((sum, p, n) => sum + Math.min(n, servers) * p, 0);
  return {
    utilization: busy / servers,
    waits: states.slice(servers).reduce((sum, p) => sum + p, 0),
    abandoned: (impatience * waiting) / arrivals,
    waiting,
    present: waiting + busy,
    throughput: busy * service,
  };
}

/** Probabilities of the states 0 to `most`, where state n is `ratio(n)` times as likely as state n - 1. */
function stationary(most: number, ratio: (n: number) => number): number[] {
  // From the likeliest state outwards, so that nothing overflows.
  const peak = peakOf(most, ratio);
  const weights = new Array<number>(most + 1).fill(0);
  weights[peak] = 1;
  for (let n = peak + 1; n <= most; n++) weights[n] = weights[n - 1] * ratio(n);
  for (let n = peak; n > 0; n--) weights[n - 1] = weights[n] / ratio(n);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function peakOf(most: number, ratio: (n: number) => number): number {
  let peak = 0;
  while (peak < most && ratio(peak + 1) >= 1) peak++;
  return peak;
}
