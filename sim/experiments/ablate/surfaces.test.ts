import { describe, expect, test } from 'vitest';
import { minimalAmong, paretoSet } from './surfaces.ts';

describe('minimal sets', () => {
  test('are those of which no part suffices, the smallest first', () => {
    expect(minimalAmong([0b111, 0b011, 0b110, 0b100])).toEqual([0b100, 0b011]);
  });

  test('are nothing but the empty set where that suffices', () => {
    expect(minimalAmong([0b11, 0b01, 0])).toEqual([0]);
  });

  test('are none where nothing suffices', () => {
    expect(minimalAmong([])).toEqual([]);
  });
});

describe('the Pareto set', () => {
  test('leaves out what another set beats in one measure and loses to in none', () => {
    const worths = new Map([
      [0b00, { fidelity: 0.9, p99Ms: 100 }],
      [0b01, { fidelity: 0.95, p99Ms: 90 }],
      [0b10, { fidelity: 0.99, p99Ms: 200 }],
      [0b11, { fidelity: 0.98, p99Ms: 201 }],
    ]);
    expect([...paretoSet(worths, ['fidelity', 'p99Ms'])]).toEqual([0b01, 0b10]);
  });

  test('of sets that are alike has the smallest', () => {
    const worths = new Map([
      [0b01, { fidelity: 0.9 }],
      [0b11, { fidelity: 0.9 }],
    ]);
    expect([...paretoSet(worths, ['fidelity'])]).toEqual([0b01]);
  });

  test('does not go by a measure that some have no figure for', () => {
    const worths = new Map([
      [0b00, { fidelity: 0.9, p99Ms: NaN }],
      [0b01, { fidelity: 0.95, p99Ms: 10 }],
    ]);
    expect([...paretoSet(worths, ['fidelity', 'p99Ms'])]).toEqual([0b01]);
  });
});
