import { describe, expect, test } from 'vitest';
import { scenarioOf } from '../../testing/simulate.ts';
import { UnknownFigureError } from '../check.ts';
import { meetsObjective, ObjectiveError, objectiveOf, objectiveValues } from './objective.ts';

const WORLD = {
  duration: '1s',
  world: {
    services: { shop: { instances: 2, serviceTime: '1ms' } },
    traffic: [{ name: 'shoppers', to: 'shop', arrivals: { poisson: '10/s' } }],
  },
  designs: { other: { about: 'the same' } },
};

function objectiveWith(expectations: readonly Readonly<Record<string, unknown>>[], given: readonly string[] = []) {
  return objectiveOf(scenarioOf({ ...WORLD, expect: expectations }), 'layered', given, true);
}

describe('the objective', () => {
  test('is what is given, whatever the scenario expects', () => {
    const { lines, source } = objectiveWith(
      [{ that: 'success >= 90%' }],
      ['fidelity >= 99%', 'latencyMs.p99 <= 250ms'],
    );
    expect(source).toBe('given');
    expect(lines.map(({ value }) => value)).toEqual([0.99, 250]);
  });

  test('is what the scenario expects of the design as a goal: not that something goes wrong, not of others or against others', () => {
    const { lines, source } = objectiveWith([
      { that: 'success >= 90%' },
      { that: 'killed.total <= 1%' },
      { that: 'killed.total >= 1%' },
      { that: 'fidelity <= 99%' },
      { that: 'success >= 95%', design: 'other' },
      { that: 'killed.total <= 2%', against: 'other' },
    ]);
    expect(source).toBe('scenario');
    expect(lines.map(({ that }) => that)).toEqual(['success >= 90%', 'killed.total <= 1%']);
  });

  test('is a default that is said where nobody has said one', () => {
    const { lines, source } = objectiveWith([]);
    expect([source, lines[0].that]).toEqual(['default', 'fidelity >= 99.5%']);
    expect(objectiveOf(scenarioOf(WORLD), 'layered', [], false).lines[0].that).toBe('success >= 99.5%');
  });

  test('that cannot be read is an error that says what was expected', () => {
    expect(() => objectiveWith([], ['success 99%'])).toThrow(ObjectiveError);
    expect(() => objectiveWith([], ['success 99%'])).toThrow(/expected a comparison/);
  });
});

describe('judging', () => {
  const whole = { success: 0.9, killed: { total: 4 }, layers: { breaker: { refusals: 3 } }, rejectedBy: {} };

  test('takes a share of the offered where the line says so', () => {
    const objective = objectiveWith([], ['killed.total <= 1%']);
    expect(objectiveValues(objective, whole, whole, 200)).toEqual([0.02]);
  });

  test('takes what a removed layer did for 0', () => {
    const objective = objectiveWith([], ['layers.breaker.refusals <= 5', 'rejectedBy.breaker <= 5']);
    expect(objectiveValues(objective, { ...whole, layers: {} }, whole, 200)).toEqual([0, 0]);
  });

  test('of a figure that no run has is an error that names the nearest', () => {
    const objective = objectiveWith([], ['succes >= 99%']);
    expect(() => objectiveValues(objective, whole, whole, 200)).toThrow(UnknownFigureError);
    expect(() => objectiveValues(objective, whole, whole, 200)).toThrow(/did you mean `success`/);
  });

  test('wants the whole interval of every line', () => {
    const objective = objectiveWith([], ['success >= 90%']);
    expect(meetsObjective(objective, [[0.95], [0.951], [0.949]])).toBe(true);
    expect(meetsObjective(objective, [[0.99], [0.99], [0.8]])).toBe(false);
    expect(meetsObjective(objective, [[NaN], [0.99]])).toBe(false);
  });
});
