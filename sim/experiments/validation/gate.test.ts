import { describe, expect, it } from 'vitest';
import { Stream } from '../../kernel/random.ts';
import { exponential } from '../../kernel/ziggurat.ts';
import { judge } from './gate.ts';

const around = (mean: number, spread: number): number[] => [-2, -1, 0, 1, 2].map((i) => mean + i * spread);

describe('a value inside the interval', () => {
  const gate = { kind: 'inside', expected: 10, cap: 0.05 } as const;

  it('agrees', () => {
    expect(judge(gate, around(10.01, 0.01)).verdict).toBe('ok');
  });

  it('disagrees when the interval leaves it out', () => {
    expect(judge(gate, around(10.2, 0.01)).verdict).toBe('off');
  });

  it('is not believed when the interval is wider than the cap, however well it is hit', () => {
    expect(judge(gate, around(10, 1)).verdict).toBe('vague');
  });

  it('has the standard error of a measured reference in its interval', () => {
    const values = around(10.2, 0.01);
    expect(judge({ ...gate, error: 0.1 }, values).verdict).toBe('ok');
    expect(judge({ ...gate, error: 0.05 }, values).verdict).toBe('off');
    expect(judge({ ...gate, error: 1 }, values).verdict).toBe('vague');
  });

  it('is met exactly where nothing is left to chance', () => {
    expect(judge(gate, [10]).verdict).toBe('ok');
    expect(judge(gate, [10.000001]).verdict).toBe('off');
    expect(judge({ kind: 'inside', expected: 0, cap: 1 }, [0, 0]).verdict).toBe('ok');
  });

  it('is left out about once in a thousand times', () => {
    const random = new Stream('gate', 'test');
    let off = 0;
    for (let i = 0; i < 4000; i++) {
      const values = Array.from({ length: 20 }, () => 10 + exponential(random) - exponential(random));
      if (judge({ ...gate, cap: 1 }, values).verdict === 'off') off++;
    }
    expect(off).toBeLessThan(14);
  });

  it('disagrees where there is no figure', () => {
    expect(judge(gate, [NaN, 10]).verdict).toBe('off');
    expect(judge(gate, []).verdict).toBe('off');
  });
});

describe('the other gates', () => {
  it('meet a band that a limit is known to be left by', () => {
    const gate = { kind: 'meets', low: 10, high: 10.1, cap: 0.05 } as const;
    expect(judge(gate, around(10.12, 0.02)).verdict).toBe('ok');
    expect(judge(gate, around(10.3, 0.02)).verdict).toBe('off');
    expect(judge(gate, around(9.8, 0.02)).verdict).toBe('off');
    expect(judge(gate, around(10.05, 1)).verdict).toBe('vague');
  });

  it('keep the whole interval within a published tolerance', () => {
    const gate = { kind: 'within', low: 9, high: 11 } as const;
    expect(judge(gate, around(10.5, 0.01)).verdict).toBe('ok');
    expect(judge(gate, around(10.99, 0.05)).verdict).toBe('off');
  });

  it('keep the whole interval on one side', () => {
    expect(judge({ kind: 'above', bound: 10 }, around(10.5, 0.01)).verdict).toBe('ok');
    expect(judge({ kind: 'above', bound: 10 }, around(10.01, 0.05)).verdict).toBe('off');
    expect(judge({ kind: 'below', bound: 10 }, around(9.5, 0.01)).verdict).toBe('ok');
    expect(judge({ kind: 'below', bound: 10 }, around(9.99, 0.05)).verdict).toBe('off');
  });

  it('want the same of every replication', () => {
    expect(judge({ kind: 'each', expected: 1 }, [1, 1, 1]).verdict).toBe('ok');
    expect(judge({ kind: 'each', expected: 1 }, [1, 0, 1]).verdict).toBe('off');
  });
});
