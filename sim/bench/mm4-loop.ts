import seedrandom from 'seedrandom';

/** What a run of the loop measured. */
export interface LoopResult {
  readonly jobs: number;
  readonly meanWaitMs: number;
  readonly p99Ms: number;
}

/**
 * The reference of every speed target: an M/M/4 queue written by hand as an event-driven loop over typed arrays, with
 * nothing general in it. It does what the simulator does for such a queue: seeded draws, a heap of events with
 * first-in-first-out ties, a FIFO queue, waits and a histogram of response times.
 */
export function runLoop(jobs: number, arrivalsPerMs: number, serviceMs: number, seed: string): LoopResult {
  const arrivals = seedrandom.alea(`${seed}/arrivals`);
  const services = seedrandom.alea(`${seed}/services`);
  const capacity = 1 << 16;
  const mask = capacity - 1;
  const times = new Float64Array(64);
  const serials = new Float64Array(64);
  const events = new Int32Array(64);
  let size = 0;
  let serial = 0;
  const arrivedAt = new Float64Array(capacity);
  const queue = new Int32Array(capacity);
  let head = 0;
  let waiting = 0;
  let busy = 0;
  let next = 0;
  let done = 0;
  let waitSum = 0;
  const histogram = new Float64Array(64 * 128);
  const bits = new Float64Array(1);
  const words = new Uint32Array(bits.buffer);

  const push = (time: number, event: number): void => {
    const order = serial++;
    let at = size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (times[parent] < time || (times[parent] === time && serials[parent] < order)) break;
      times[at] = times[parent];
      serials[at] = serials[parent];
      events[at] = events[parent];
      at = parent;
    }
    times[at] = time;
    serials[at] = order;
    events[at] = event;
  };
  const removeTop = (): void => {
    const last = --size;
    const time = times[last];
    const order = serials[last];
    const event = events[last];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      const right = child + 1;
      if (
        right < last &&
        (times[right] < times[child] || (times[right] === times[child] && serials[right] < serials[child]))
      ) {
        child = right;
      }
      if (times[child] > time || (times[child] === time && serials[child] > order)) break;
      times[at] = times[child];
      serials[at] = serials[child];
      events[at] = events[child];
      at = child;
    }
    times[at] = time;
    serials[at] = order;
    events[at] = event;
  };

  push(-Math.log(1 - arrivals.double()) / arrivalsPerMs, -1);
  while (done < jobs) {
    const now = times[0];
    const event = events[0];
    removeTop();
    if (event < 0) {
      const job = next++ & mask;
      arrivedAt[job] = now;
      if (busy < 4) {
        busy++;
        push(now - Math.log(1 - services.double()) * serviceMs, job);
      } else {
        queue[(head + waiting++) & mask] = job;
      }
      push(now - Math.log(1 - arrivals.double()) / arrivalsPerMs, -1);
      continue;
    }
    done++;
    const response = now - arrivedAt[event];
    bits[0] = response * 1e6 + 1;
    histogram[(words[1] >>> 13) - 130944]++;
    if (waiting > 0) {
      const job = queue[head];
      head = (head + 1) & mask;
      waiting--;
      waitSum += now - arrivedAt[job];
      push(now - Math.log(1 - services.double()) * serviceMs, job);
    } else {
      busy--;
    }
  }
  return { jobs: done, meanWaitMs: waitSum / done, p99Ms: quantile(histogram, done * 0.99) };
}

function quantile(histogram: Float64Array, rank: number): number {
  let before = 0;
  for (let i = 0; i < histogram.length; i++) {
    before += histogram[i];
    if (before >= rank) return (2 ** Math.floor(i / 128) * (1 + (i % 128) / 128)) / 1e6;
  }
  return NaN;
}
