import { describe, expect, it } from 'vitest';
import { findRule, RULES } from './rules/index.ts';
import { CAPACITY_CASES } from './testing/capacity-cases.ts';
import { expectFindings } from './testing/lint-case.ts';
import { REFUSAL_CASES } from './testing/refusal-cases.ts';
import { RETRY_CASES } from './testing/retry-cases.ts';
import type { RuleCases } from './testing/rule-cases.ts';
import { VIEW_CASES } from './testing/view-cases.ts';

const CASES: RuleCases = { ...RETRY_CASES, ...VIEW_CASES, ...REFUSAL_CASES, ...CAPACITY_CASES };

describe.each(RULES.filter(({ severity }) => severity === 'warning'))('$code $name', (rule) => {
  const { finds, passes } = CASES[rule.code];

  it.each(Object.entries(finds))('finds %s, at its place', (_what, one) => {
    expectFindings(rule, one);
  });

  it.each(Object.entries(passes))('has nothing to say %s', (_where, one) => {
    expectFindings(rule, one);
  });

  it('is shown to find something, and to leave alone what is nearly so', () => {
    expect(Object.values(finds).every((one) => JSON.stringify(one).includes('#! '))).toBe(true);
    expect(Object.keys(finds).length).toBeGreaterThan(0);
    expect(Object.keys(passes).length).toBeGreaterThan(0);
  });
});

describe('the rules', () => {
  it('have codes and names of their own, in order', () => {
    const codes = RULES.map(({ code }) => code);
    expect(codes).toEqual([...new Set(codes)].toSorted());
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
    for (const { code, name } of RULES) expect(`${code} ${name}`).toMatch(/^OC\d{3} [a-z]+(-[a-z]+)*$/);
  });

  it('are found by code, by name, or nearly', () => {
    expect(findRule('oc101')).toMatchObject({ name: 'retries-multiply' });
    expect(findRule('retries-multiply')).toMatchObject({ code: 'OC101' });
    expect(findRule('retries-multiplies')).toEqual({ hint: 'retries-multiply' });
  });
});
