import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Draw, Stream, below, fraction, nestedPath, path, rootKey, uniform } from './random.ts';
import type { RandomSource, RootKey } from './random.ts';
import { PairSet } from './testing/collisions.ts';
import { chiSquare, chiSquareLimit, correlation } from './testing/goodness-of-fit.ts';
import { Inputs } from './testing/inputs.ts';

const SEEDS = ['1', '2', 'a longer seed'];
const SAMPLE = 100_000;
/** Four standard errors of the correlation of two independent sequences. */
const UNCORRELATED = 4 / Math.sqrt(SAMPLE);

function drawOf(seed: string, purpose = 'noise', owner = 'backend'): Draw {
  return new Draw(rootKey(seed), purpose, owner);
}

function wordsOf(source: RandomSource): [number, number] {
  source.next();
  return [source.high, source.low];
}

/**
 * Words i = 0 … of a way to draw: both as a fraction, the low word alone, and the lowest bits of both, which choose
 * ziggurat layers.
 */
interface Words {
  readonly fractions: Float64Array;
  readonly lows: Float64Array;
  readonly lowBits: Float64Array;
}

function collect(point: (i: number) => RandomSource, count = SAMPLE): Words {
  const fractions = new Float64Array(count);
  const lows = new Float64Array(count);
  const lowBits = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const source = point(i);
    source.next();
    fractions[i] = fraction(source);
    lows[i] = (source.low >>> 0) / 2 ** 32;
    lowBits[i] = ((source.high & 7) << 6) | (source.low & 63);
  }
  return { fractions, lows, lowBits };
}

function expectUncorrelated(x: Words, y: Words, lag = 0): void {
  expect(Math.abs(correlation(x.fractions, y.fractions, lag))).toBeLessThan(UNCORRELATED);
  expect(Math.abs(correlation(x.lowBits, y.lowBits, lag))).toBeLessThan(UNCORRELATED);
  expect(Math.abs(correlation(x.fractions, y.lowBits, lag))).toBeLessThan(UNCORRELATED);
}

function expectNoSerialCorrelation(words: Words): void {
  for (const lag of [1, 2, 3, 7, 64, 1000]) expectUncorrelated(words, words, lag);
}

/** Neighbours in the sequence, and the two words of one draw, fill the squares of a 16 by 16 board evenly. */
function expectEvenPairs({ fractions, lows }: Words): void {
  expectEvenBoard(fractions.subarray(1), fractions);
  expectEvenBoard(lows.subarray(1), lows);
  expectEvenBoard(fractions, lows);
}

function expectEvenBoard(rows: Float64Array, columns: Float64Array): void {
  const counts = new Float64Array(256);
  for (let i = 0; i < rows.length; i++) counts[Math.floor(rows[i] * 16) * 16 + Math.floor(columns[i] * 16)]++;
  expect(chiSquare(counts, () => rows.length / 256)).toBeLessThan(chiSquareLimit(255, 4));
}

/** Each of the eight bytes of (high, low) against the uniform distribution. */
function expectUniformBytes(point: (i: number) => RandomSource, count = SAMPLE): void {
  const counts = Array.from({ length: 8 }, () => new Float64Array(256));
  for (let i = 0; i < count; i++) {
    const source = point(i);
    source.next();
    for (let byte = 0; byte < 4; byte++) {
      counts[byte][(source.high >>> (8 * byte)) & 255]++;
      counts[4 + byte][(source.low >>> (8 * byte)) & 255]++;
    }
  }
  for (const bins of counts) {
    expect(chiSquare(bins, () => count / 256)).toBeLessThan(chiSquareLimit(255, 4));
    // Nor may it fit too well.
    expect(chiSquare(bins, () => count / 256)).toBeGreaterThan(chiSquareLimit(255, -4));
  }
}

/** The ways in which a run walks through the draws of one purpose and owner. */
const WALKS: readonly [name: string, point: (draw: Draw) => (i: number) => RandomSource][] = [
  ['request numbers', (draw) => (i) => draw.at(0, i, 0)],
  ['request numbers of a second source', (draw) => (i) => draw.at(1, i, 0)],
  ['ordinals of one request', (draw) => (i) => draw.at(0, 77, i)],
  ['ten ordinals of each request', (draw) => (i) => draw.at(0, Math.floor(i / 10), i % 10)],
  ['high words of paths', (draw) => (i) => draw.at(i, 5, 0)],
  ['further words of one draw', (draw) => (i) => (i === 0 ? draw.at(0, 3, 0) : draw)],
  [
    'nested calls',
    (draw) => (i) => {
      nestedPath(0, Math.floor(i / 4), i & 1, (i >> 1) & 1);
      return draw.at(path.high, path.low, 0);
    },
  ],
];

const key = fc.record({
  seed: fc.string({ maxLength: 5 }),
  purpose: fc.string({ maxLength: 5 }),
  owner: fc.string({ maxLength: 5 }),
  high: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  low: fc.nat(2 ** 31 - 1),
  ordinal: fc.nat(1000),
});

function wordsAt(at: { seed: string; purpose: string; owner: string; high: number; low: number; ordinal: number }) {
  return wordsOf(drawOf(at.seed, at.purpose, at.owner).at(at.high, at.low, at.ordinal));
}

describe('Draw', () => {
  it('gives the same words for one key whenever it is asked, whatever else was drawn', () => {
    fc.assert(
      fc.property(key, fc.array(fc.record({ low: fc.nat(), ordinal: fc.nat(50), words: fc.nat(5) })), (at, others) => {
        const draw = drawOf(at.seed, at.purpose, at.owner);
        const first = wordsOf(draw.at(at.high, at.low, at.ordinal));
        const second = wordsOf(draw);
        for (const other of others) {
          draw.at(at.high, other.low, other.ordinal);
          for (let i = 0; i < other.words; i++) draw.next();
        }
        expect(wordsOf(draw.at(at.high, at.low, at.ordinal))).toEqual(first);
        expect(wordsOf(draw)).toEqual(second);
        expect(wordsAt(at)).toEqual(first);
      }),
      { seed: 1 },
    );
  });

  it('gives other words when any part of the key differs', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        for (const part of ['seed', 'purpose', 'owner', 'high', 'low', 'ordinal'] as const) {
          if (a[part] === b[part]) continue;
          expect(wordsAt({ ...a, [part]: b[part] })).not.toEqual(wordsAt(a));
        }
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it('tells purpose and owner apart, and where one ends and the other begins', () => {
    const words = (purpose: string, owner: string) => wordsOf(drawOf('1', purpose, owner).at(0, 1, 0)).join();
    const pairs = [
      ['a', 'b'],
      ['b', 'a'],
      ['ab', ''],
      ['', 'ab'],
      ['a', 'a'],
      ['b', 'b'],
      ['', ''],
    ];
    expect(new Set(pairs.map(([purpose, owner]) => words(purpose, owner))).size).toBe(pairs.length);
  });

  it.each(WALKS)('is uniform along %s', (_, walk) => {
    for (const seed of SEEDS) expectUniformBytes(walk(drawOf(seed)), 2 ** 16);
  });

  it.each(WALKS)('has no serial correlation along %s', (_, walk) => {
    for (const seed of SEEDS) {
      const words = collect(walk(drawOf(seed)));
      expectNoSerialCorrelation(words);
      expectEvenPairs(words);
    }
  });

  it('is independent between purposes, owners, seeds, sources and ordinals of the same requests', () => {
    for (const seed of SEEDS) {
      const base = drawOf(seed);
      const other = drawOf(seed, 'delay');
      const elsewhere = drawOf(seed, 'noise', 'frontend');
      const replication = drawOf(`${seed}/1`);
      const ways: Words[] = [
        collect((i) => base.at(0, i, 0)),
        ...[1, 2, 3].map((ordinal) => collect((i) => base.at(0, i, ordinal))),
        collect((i) => other.at(0, i, 0)),
        collect((i) => elsewhere.at(0, i, 0)),
        collect((i) => replication.at(0, i, 0)),
        collect((i) => base.at(1, i, 0)),
        collect((i) => (base.at(0, i, 0).next(), base)),
      ];
      for (let a = 0; a < ways.length; a++) {
        for (let b = 0; b < a; b++) expectUncorrelated(ways[a], ways[b]);
      }
    }
  });

  it('is independent of the streams of the same seed', () => {
    for (const seed of SEEDS) {
      const draw = drawOf(seed);
      const drawn = collect((i) => draw.at(0, i, 0));
      for (const name of ['noise', 'backend', 'arrivals']) {
        const stream = new Stream(seed, name);
        expectUncorrelated(
          drawn,
          collect(() => stream),
        );
      }
    }
  });

  it('flips about half of all output bits when one bit of path or ordinal flips', () => {
    const inputs = new Inputs(1);
    const rounds = 4096;
    const draw = drawOf('1');
    const flips = new Float64Array(76 * 64);
    for (let round = 0; round < rounds; round++) {
      const [high, low, ordinal] = [inputs.word(), inputs.word(), inputs.below(4096)];
      const [a, b] = wordsOf(draw.at(high, low, ordinal));
      for (let bit = 0; bit < 76; bit++) {
        const flip = 1 << (bit % 32);
        if (bit < 32) draw.at(high ^ flip, low, ordinal);
        else if (bit < 64) draw.at(high, low ^ flip, ordinal);
        else draw.at(high, low, ordinal ^ flip);
        const [c, d] = wordsOf(draw);
        for (let out = 0; out < 32; out++) {
          flips[64 * bit + out] += ((a ^ c) >>> out) & 1;
          flips[64 * bit + 32 + out] += ((b ^ d) >>> out) & 1;
        }
      }
    }
    // Six standard errors, over 4864 pairs of bits.
    const limit = (6 * 0.5) / Math.sqrt(rounds);
    for (const count of flips) expect(Math.abs(count / rounds - 0.5)).toBeLessThan(limit);
  });

  it('flips about half of all output bits when one bit of a name or of the root key flips', () => {
    const rounds = 2000;
    const flipped = (a: Draw, b: Draw) => {
      let bits = 0;
      for (let i = 0; i < rounds; i++) {
        const [ah, al] = wordsOf(a.at(0, i, 0));
        const [bh, bl] = wordsOf(b.at(0, i, 0));
        bits += bitCount(ah ^ bh) + bitCount(al ^ bl);
      }
      return bits / (64 * rounds);
    };
    const root = rootKey('1');
    const base = new Draw(root, 'noise', 'backend');
    const others = [new Draw(root, 'noisd', 'backend'), new Draw(root, 'noise', 'backene')];
    for (let bit = 0; bit < 32; bit++) {
      const changed: RootKey = { ...root, a: root.a ^ (1 << bit), b: root.b ^ (1 << bit) };
      others.push(new Draw(changed, 'noise', 'backend'));
    }
    // Six standard errors of 128,000 bits.
    for (const other of others) expect(Math.abs(flipped(base, other) - 0.5)).toBeLessThan(0.0084);
  });

  it('never repeats its words over a million consecutive requests', () => {
    for (const seed of SEEDS.slice(0, 2)) {
      const draw = drawOf(seed);
      const seen = new PairSet(21);
      for (let i = 0; i < 1_000_000; i++) {
        draw.at(0, i, 0).next();
        seen.add(draw.high, draw.low);
      }
      expect([seen.collisions, seen.size]).toEqual([0, 1_000_000]);
    }
  });

  it('never repeats its words over sources, requests and ordinals that are all small numbers', () => {
    const draw = drawOf('1');
    const seen = new PairSet(21);
    for (let source = 0; source < 32; source++) {
      for (let i = 0; i < 1000; i++) {
        for (let ordinal = 0; ordinal < 30; ordinal++) {
          draw.at(source, i, ordinal).next();
          seen.add(draw.high, draw.low);
        }
      }
    }
    expect([seen.collisions, seen.size]).toEqual([0, 960_000]);
  });

  it('never repeats its words over many owners and purposes', () => {
    const root = rootKey('1');
    const seen = new PairSet(20);
    // A name of 32 bits would repeat about ten times.
    for (let i = 0; i < 300_000; i++) {
      const draw = i % 2 === 0 ? new Draw(root, 'noise', `service-${i}`) : new Draw(root, `purpose-${i}`, 'backend');
      draw.at(0, 1, 0).next();
      seen.add(draw.high, draw.low);
    }
    expect([seen.collisions, seen.size]).toEqual([0, 300_000]);
  });

  it('never repeats its words over requests, their ordinals and the further words of each', () => {
    const draw = drawOf('1');
    const seen = new PairSet(21);
    for (let i = 0; i < 20_000; i++) {
      for (let ordinal = 0; ordinal < 10; ordinal++) {
        draw.at(0, i, ordinal);
        for (let word = 0; word < 4; word++) {
          draw.next();
          seen.add(draw.high, draw.low);
        }
      }
    }
    expect([seen.collisions, seen.size]).toEqual([0, 800_000]);
  });
});

function bitCount(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}

describe('Stream', () => {
  it('is the same sequence for the same seed and name', () => {
    const [a, b] = [new Stream('1', 'arrivals'), new Stream('1', 'arrivals')];
    for (let i = 0; i < 100; i++) expect(wordsOf(a)).toEqual(wordsOf(b));
  });

  it('is another sequence for another seed or name', () => {
    const starts = new Set<string>();
    for (const seed of ['1', '2', '1a', '']) {
      for (const name of ['arrivals', 'faults', 'a', '1', '']) starts.add(wordsOf(new Stream(seed, name)).join());
    }
    expect(starts.size).toBe(20);
  });

  it('is uniform, with no serial correlation', () => {
    for (const seed of SEEDS) {
      const stream = new Stream(seed, 'arrivals');
      expectUniformBytes(() => stream, 2 ** 16);
      const words = collect(() => stream);
      expectNoSerialCorrelation(words);
      expectEvenPairs(words);
    }
  });

  it('is independent of the streams of other names and seeds', () => {
    const streams = [
      new Stream('1', 'a'),
      new Stream('1', 'b'),
      new Stream('2', 'a'),
      new Stream('1/1', 'a'),
      new Stream('1/2', 'a'),
    ].map((stream) => collect(() => stream));
    for (let a = 0; a < streams.length; a++) {
      for (let b = 0; b < a; b++) expectUncorrelated(streams[a], streams[b]);
    }
  });

  it('starts uniform, and independent, over consecutive seeds', () => {
    const starts = (name: string) => (i: number) => new Stream(`${i}`, name);
    expectUniformBytes(starts('arrivals'), 2 ** 16);
    const arrivals = collect(starts('arrivals'));
    expectNoSerialCorrelation(arrivals);
    expectUncorrelated(arrivals, collect(starts('faults')));
  });
});

describe('rootKey', () => {
  it('is uniform, and independent, over consecutive seeds and replications of one seed', () => {
    for (const seedOf of [(i: number) => `${i}`, (i: number) => `1/${i}`]) {
      const keys = Array.from({ length: SAMPLE }, (_, i) => rootKey(seedOf(i)));
      const sources = [
        (i: number) => fixed(keys[i].a, keys[i].b),
        (i: number) => fixed(keys[i].c, keys[i].a),
        (i: number) => fixed(keys[i].b, keys[i].c),
      ];
      for (const source of sources) {
        expectUniformBytes(source, 2 ** 16);
        expectNoSerialCorrelation(collect(source));
      }
    }
  });

  it('gives draws that are independent over consecutive seeds', () => {
    const noise = (i: number) => drawOf(`${i}`, 'noise', 'backend').at(0, 0, 0);
    expectUniformBytes(noise, 2 ** 16);
    expectNoSerialCorrelation(collect(noise));
  });
});

function fixed(high: number, low: number): RandomSource {
  return { high, low, next: () => {} };
}

describe('uniform', () => {
  it('reaches from 0 to just below 1 with 53 bits', () => {
    expect(uniform(fixed(0, 0))).toBe(0);
    expect(uniform(fixed(-1, -1))).toBe(1 - 2 ** -53);
    expect(uniform(fixed(0, 1 << 6))).toBe(2 ** -53);
    expect(uniform(fixed(1 << 31, 0))).toBe(0.5);
    expect(fraction(fixed(1 << 5, 0))).toBe(2 ** -27);
  });
});

describe('below', () => {
  it('is uniform on 0 … n-1', () => {
    const draw = drawOf('1');
    const counts = new Float64Array(7);
    for (let i = 0; i < 70_000; i++) counts[below(draw.at(0, i, 0), 7)]++;
    expect(chiSquare(counts, () => 10_000)).toBeLessThan(chiSquareLimit(6, 4));
  });

  it('never reaches n', () => {
    for (const n of [1, 2, 3, 7, 10, 1000, 2 ** 31, 2 ** 53 - 1]) {
      expect(below(fixed(-1, -1), n)).toBe(n - 1);
      expect(below(fixed(0, 0), n)).toBe(0);
    }
  });
});

describe('nestedPath', () => {
  /** All paths of a tree, depth first, with `edges` calls of `ordinals` tries below each node. */
  function walk(seen: PairSet, high: number, low: number, depth: number, edges: number, ordinals: number): void {
    seen.add(high, low);
    if (depth === 0) return;
    for (let edge = 0; edge < edges; edge++) {
      for (let ordinal = 0; ordinal < ordinals; ordinal++) {
        nestedPath(high, low, edge, ordinal);
        walk(seen, path.high, path.low, depth - 1, edges, ordinals);
      }
    }
  }

  it('never repeats a path in a deep tree of a million', () => {
    const seen = new PairSet(21);
    for (let request = 0; request < 700; request++) walk(seen, 0, request, 5, 2, 2);
    expect([seen.collisions, seen.size]).toEqual([0, 700 * 1365]);
  });

  it('never repeats a path in a wide tree of a million', () => {
    const seen = new PairSet(21);
    for (let request = 0; request < 1000; request++) walk(seen, 0, request, 2, 8, 4);
    expect([seen.collisions, seen.size]).toEqual([0, 1000 * 1057]);
  });

  it('never repeats a path over many requests and edges', () => {
    const seen = new PairSet(22);
    // With edges hashed into one half alone, 5 and 49 would meet, as would 18 and 53.
    for (let request = 0; request < 500_000; request++) {
      for (const edge of [5, 18, 49, 53]) {
        nestedPath(0, request, edge, 0);
        seen.add(path.high, path.low);
      }
    }
    expect([seen.collisions, seen.size]).toEqual([0, 2_000_000]);
  });

  it('depends on its parent, the edge and the ordinal alone', () => {
    nestedPath(3, 4, 5, 6);
    const before = { ...path };
    nestedPath(9, 9, 9, 9);
    nestedPath(3, 4, 5, 6);
    expect({ ...path }).toEqual(before);
  });
});
