/**
 * A bounded queue whose callers time out and come again, as a Markov chain of jobs in the queue and callers in orbit.
 *
 * Source: Isaacs et al., HotOS 2025, and Alvaro et al., arXiv:2510.03551 (metafor): a timeout is likelier the longer the queue
 * (Chebyshev's bound on the sum of so many services); a caller in orbit comes again, or gives up, at random.
 */

export interface OrbitQueue {
  readonly arrivals: number;
  readonly service: number;
  /** States of the queue, and of the orbit: one more than the most that there can be. */
  readonly queue: number;
  readonly orbit: number;
  readonly timeout: number;
  readonly retries: number;
  /** Share of the timeouts that go into orbit. */
  readonly alpha: number;
}

export interface OrbitQueueMeans {
  readonly queue: number;
  readonly orbit: number;
  /** P(the queue is at nine tenths or more), and below a tenth. */
  readonly high: number;
  readonly low: number;
  /** Mean times: from full to empty, from full to below a tenth, and from empty to nine tenths. */
  readonly drain: number;
  readonly fullToLow: number;
  readonly emptyToHigh: number;
}

/** What the chain comes to, to some ten digits however rare: nothing is ever subtracted. */
export function orbitQueue(model: OrbitQueue): OrbitQueueMeans {
  const { queue, orbit } = model;
  const shares = stationary(chainOf(model));
  const high = Math.floor(0.9 * queue);
  const low = Math.floor(0.1 * queue);
  const inQueue = (state: number): number => Math.floor(state / orbit);
  const sum = (weight: (state: number) => number): number =>
    shares.reduce((all, p, state) => all + p * weight(state), 0);
  return {
    queue: sum(inQueue),
    orbit: sum((state) => state % orbit),
    high: sum((state) => (inQueue(state) >= high ? 1 : 0)),
    low: sum((state) => (inQueue(state) < low ? 1 : 0)),
    drain: hittingTime(chainOf(model).reversed(), (state) => state === queue * orbit - 1),
    fullToLow: hittingTime(chainOf(model).reversed(), (state) => inQueue(queue * orbit - 1 - state) < low),
    emptyToHigh: hittingTime(chainOf(model), (state) => inQueue(state) >= high),
  };
}

/** Rates between states that are near each other. */
class Chain {
  readonly size: number;
  readonly reach: number;
  private readonly rates: Float64Array;

  constructor(size: number, reach: number) {
    this.size = size;
    this.reach = reach;
    this.rates = new Float64Array(size * (2 * reach + 1));
  }

  at(from: number, to: number): number {
    return this.rates[from * (2 * this.reach + 1) + to - from + this.reach];
  }

  add(from: number, to: number, rate: number): void {
    this.rates[from * (2 * this.reach + 1) + to - from + this.reach] += rate;
  }

  /** The same with the last state first. */
  reversed(): Chain {
    const other = new Chain(this.size, this.reach);
    for (let at = 0; at < this.rates.length; at++) other.rates[this.rates.length - 1 - at] = this.rates[at];
    return other;
  }
}

function chainOf({ arrivals, service, queue, orbit, timeout, retries, alpha }: OrbitQueue): Chain {
  const chain = new Chain(queue * orbit, orbit + 1);
  const again = retries / ((retries + 1) * timeout);
  const givesUp = 1 / ((retries + 1) * timeout);
  for (let n = 0; n < queue; n++) {
    const late = timeoutShare(n, service, timeout);
    for (let waiting = 0; waiting < orbit; waiting++) {
      const from = n * orbit + waiting;
      const go = (toQueue: number, toOrbit: number, rate: number): void =>
        chain.add(from, (n + toQueue) * orbit + waiting + toOrbit, rate);
      const isFull = n === queue - 1;
      if (n > 0) go(-1, 0, service);
      // Who comes again and finds no room gives up.
      if (waiting > 0) go(0, -1, waiting * (isFull ? givesUp + again : givesUp));
      if (isFull) continue;
      go(1, 0, arrivals + waiting * again * late);
      if (waiting > 0) go(1, -1, waiting * again * (1 - late));
      if (waiting < orbit - 1) go(1, 1, alpha * arrivals * late);
    }
  }
  return chain;
}

/** Chebyshev: how likely so many services take longer than the timeout, at most. */
function timeoutShare(jobs: number, service: number, timeout: number): number {
  if (jobs === 0) return 0;
  const spare = timeout - jobs / service;
  const variance = jobs / (service * service);
  return spare > 0 && spare * spare > variance ? variance / (spare * spare) : 1;
}

/** Takes states out from the last one on, as Grassmann, Taksar and Heyman do (Operations Research 33(5), 1985). */
function stationary(chain: Chain): number[] {
  const { size, reach } = chain;
  const out = new Float64Array(size);
  for (let n = size - 1; n > 0; n--) {
    const first = Math.max(0, n - reach);
    for (let to = first; to < n; to++) out[n] += chain.at(n, to);
    for (let from = first; from < n; from++) bypass(chain, from, n, out[n]);
  }
  const shares = [1];
  for (let n = 1; n < size; n++) {
    let flow = 0;
    for (let from = Math.max(0, n - reach); from < n; from++) flow += shares[from] * chain.at(from, n);
    shares.push(flow / out[n]);
  }
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

/** What goes from a state into `middle` goes on to where that goes. */
function bypass(chain: Chain, from: number, middle: number, out: number): void {
  const share = chain.at(from, middle) / out;
  if (share === 0) return;
  for (let to = Math.max(0, middle - chain.reach); to < middle; to++) {
    if (to !== from) chain.add(from, to, share * chain.at(middle, to));
  }
}

/** Mean time from state 0 until a state of the target. */
function hittingTime(chain: Chain, isTarget: (state: number) => boolean): number {
  const { size, reach } = chain;
  const spent = new Float64Array(size).fill(1);
  const arrives = new Float64Array(size);
  for (let from = 0; from < size; from++) {
    for (let to = Math.max(0, from - reach); to <= Math.min(size - 1, from + reach); to++) {
      if (isTarget(to)) arrives[from] += chain.at(from, to);
    }
  }
  for (let n = size - 1; n > 0; n--) {
    if (isTarget(n)) continue;
    const first = Math.max(0, n - reach);
    let out = arrives[n];
    for (let to = first; to < n; to++) if (!isTarget(to)) out += chain.at(n, to);
    for (let from = first; from < n; from++) {
      const share = chain.at(from, n) / out;
      if (isTarget(from) || share === 0) continue;
      spent[from] += share * spent[n];
      arrives[from] += share * arrives[n];
      bypass(chain, from, n, out);
    }
  }
  return spent[0] / arrives[0];
}
