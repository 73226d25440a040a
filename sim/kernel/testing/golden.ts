import { Draw, Stream, below, nestedPath, path, rootKey, uniform } from '../random.ts';
import type { RandomSource } from '../random.ts';
import { buildDistribution } from '../distributions/index.ts';
import type { DistributionSpec } from '../distributions/index.ts';
import { EventQueue } from '../event-queue.ts';
import type { Phase } from '../event-queue.ts';
import { cbrt, cosineOfTurn, exp, log, pow, tanh } from '../math.ts';
import { exponential, normal } from '../ziggurat.ts';

/**
 * Digests over raw bits, to compare one engine with another: nothing here needs Node. A digest that changes
 * means that every seed tells another story.
 */

const value = new Float64Array(1);
const halves = new Uint32Array(value.buffer);
value[0] = 1;
const HIGH = halves[1] === 0x3ff00000 ? 1 : 0;

/** FNV-1a over 32-bit words, twice with different offsets. */
class Digest {
  private a = 0x811c9dc5;
  private b = 0x9747b28c;

  addWord(word: number): void {
    this.a = Math.imul(this.a ^ word, 0x01000193);
    this.a ^= this.a >>> 15;
    this.b = Math.imul(this.b ^ word, 0x85ebca6b);
    this.b ^= this.b >>> 13;
  }

  addNumber(x: number): void {
    // Engines may differ in the bits of NaN.
    if (x !== x) return this.addWord(0x7ff80000);
    value[0] = x;
    this.addWord(halves[HIGH]);
    this.addWord(halves[1 - HIGH]);
  }

  toString(): string {
    return [this.a, this.b].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }
}

/** Numerical Recipes' generator: inputs that do not depend on the draws under test. */
class Inputs {
  private state = 1;

  word(): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) | 0;
    return this.state >>> 0;
  }

  /** Uniform on [0, 1). */
  share(): number {
    return ((this.word() >>> 5) * 67108864 + (this.word() >>> 6)) / 9007199254740992;
  }

  /** Any positive float64, its exponent uniform. */
  anyPositive(): number {
    halves[HIGH] = this.word() % 0x7ff00000;
    halves[1 - HIGH] = this.word();
    return value[0];
  }
}

/** Over the bits of 10,000 results of each elementary function. */
export function mathGolden(): string {
  const digest = new Digest();
  const inputs = new Inputs();
  for (let i = 0; i < 10_000; i++) {
    const any = inputs.anyPositive();
    const near = 0.5 + inputs.share();
    const share = inputs.share();
    digest.addNumber(log(any));
    digest.addNumber(log(near));
    digest.addNumber(exp((share - 0.5) * 1500));
    digest.addNumber(exp(near - 1));
    digest.addNumber(pow(near * 10, (share - 0.5) * 200));
    digest.addNumber(cbrt(any));
    digest.addNumber(tanh((share - 0.5) * 20));
    digest.addNumber(cosineOfTurn((share - 0.5) * 100));
  }
  return digest.toString();
}

const DISTRIBUTIONS: readonly DistributionSpec[] = [
  { kind: 'deterministic', value: 5e6 },
  { kind: 'exponential', mean: 8e7 },
  { kind: 'uniform', min: 1e6, max: 3e6 },
  { kind: 'normal', mean: 1e8, sd: 3e7, min: 0, max: Infinity },
  { kind: 'lognormal', mu: 18, sigma: 0.8 },
  { kind: 'gamma', shape: 0.4, mean: 1e7 },
  { kind: 'gamma', shape: 3, mean: 1e7 },
  { kind: 'weibull', shape: 0.7, scale: 1e7 },
  { kind: 'pareto', alpha: 1.3, min: 1e6, max: 1e9 },
  {
    kind: 'hyperexponential',
    branches: [
      { weight: 9, mean: 1e6 },
      { weight: 1, mean: 1e8 },
    ],
  },
  { kind: 'empirical', values: [1e6, 2e6, 5e6], weights: [5, 3, 2] },
];

const DRAWS = 1_000;

function addNumbers(digest: Digest, draw: (i: number) => RandomSource): void {
  for (let i = 0; i < DRAWS; i++) {
    const source = draw(i);
    source.next();
    digest.addWord(source.high);
    digest.addWord(source.low);
    digest.addNumber(uniform(source));
    digest.addNumber(below(source, 1000));
    digest.addNumber(exponential(source));
    digest.addNumber(normal(source));
  }
  for (const spec of DISTRIBUTIONS) {
    const distribution = buildDistribution(spec);
    digest.addNumber(distribution.mean);
    for (let i = 0; i < DRAWS; i++) digest.addNumber(distribution.sample(draw(i)));
  }
}

/** Over a scripted run of the queue: 10,000 events on 12 lanes and the heap. */
function addEventOrder(digest: Digest): void {
  const queue = new EventQueue();
  const inputs = new Inputs();
  const lanes = Array.from({ length: 12 }, (_, i) => queue.addLane((i % 5) as Phase));
  for (let event = 0; event < 10_000; event++) {
    const choice = inputs.word() >>> 28;
    const lane = lanes[choice];
    if (lane === undefined) queue.push(queue.time + (inputs.word() >>> 26), (choice % 5) as Phase, event);
    else queue.pushInOrder(lane, queue.time + 4 * choice, event);
    if (inputs.word() >>> 31 === 1 && queue.pop(Infinity)) digest.addWord(queue.event);
  }
  while (queue.pop(Infinity)) {
    digest.addWord(queue.event);
    digest.addNumber(queue.time);
  }
}

/** Over draws, streams, every distribution, nested paths, and the order of a scripted run of events. */
export function drawsGolden(): string {
  const digest = new Digest();
  const draw = new Draw(rootKey('golden'), 'noise', 'backend');
  addNumbers(digest, (i) => draw.at(0, i, i % 7));
  const stream = new Stream('golden', 'arrivals');
  addNumbers(digest, () => stream);
  for (let i = 0; i < DRAWS; i++) {
    nestedPath(0, i, i % 5, i % 3);
    digest.addWord(path.high);
    digest.addWord(path.low);
    nestedPath(path.high, path.low, 2, 1);
    addNestedDraw(digest, draw);
  }
  addEventOrder(digest);
  return digest.toString();
}

function addNestedDraw(digest: Digest, draw: Draw): void {
  digest.addNumber(uniform(draw.at(path.high, path.low, 0)));
}
