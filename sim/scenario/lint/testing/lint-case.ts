import { expect } from 'vitest';
import { Registry } from '../../../controllers/registry.ts';
import { lintScenario } from '../lint.ts';
import type { LintProblem } from '../lint.ts';
import type { Rule } from '../rule.ts';

/**
 * What a case changes of a plain scenario, each entry on a line of its own. Where a rule must find something, the line
 * ends with `#! ` and the text that stands at the place.
 */
export interface LintCase {
  /** Outermost first. */
  readonly layers?: readonly string[];
  readonly autoscalers?: readonly string[];
  readonly service?: string;
  readonly traffic?: string;
  readonly faults?: readonly string[];
  readonly designs?: readonly string[];
}

const SERVICE = '{ instances: { initial: 4, max: 8 }, concurrency: 10, queue: { limit: 40 }, serviceTime: 100ms }';
const TRAFFIC = '{ name: users, to: api, clients: 10, arrivals: { poisson: 200/s }, deadline: 1s }';

export function scenarioOf({ layers, autoscalers, service, traffic, faults, designs }: LintCase): string {
  const list = (entries: readonly string[] | undefined, indent: string): string[] =>
    (entries ?? []).map((entry) => `${indent}- ${entry}`);
  return [
    'name: linted',
    'duration: 1m',
    'world:',
    '  services:',
    `    api: ${service ?? SERVICE}`,
    '  traffic:',
    `    - ${traffic ?? TRAFFIC}`,
    '  faults:',
    ...(faults === undefined ? ['    []'] : list(faults, '    ')),
    'edges:',
    '  - from: users',
    '    to: api',
    '    layers:',
    ...(layers === undefined ? ['      []'] : list(layers, '      ')),
    'autoscalers:',
    ...(autoscalers === undefined ? ['  []'] : list(autoscalers, '  ')),
    'designs:',
    ...(designs === undefined ? ['  {}'] : designs.map((design) => `  ${design}`)),
    '',
  ].join('\n');
}

const REGISTRY = new Registry();

export function lint(text: string, rule?: Rule): LintProblem[] {
  return lintScenario(text, 's.yaml', { registry: REGISTRY, ...(rule === undefined ? {} : { rules: [rule] }) });
}

/** Where findings are expected: line, and the text there. */
function marksIn(text: string): string[] {
  return text.split('\n').flatMap((line, i) => {
    const mark = /#! (.+)$/.exec(line)?.[1];
    return mark === undefined ? [] : mark.split(' #! ').map((at) => `${i + 1}: ${at}`);
  });
}

/** The rule finds exactly what is marked, at the very place. */
export function expectFindings(rule: Rule, one: LintCase): void {
  const text = scenarioOf(one);
  const marks = marksIn(text);
  const lines = text.split('\n');
  const found = lint(text, rule).map(({ line, column, message }) => {
    const here = lines[line - 1].slice(column - 1);
    const mark = marks.find((at) => at.startsWith(`${line}: `) && here.startsWith(at.slice(`${line}: `.length)));
    return mark ?? `${line}: ${here} (${message})`;
  });
  expect(found.toSorted()).toEqual(marks.toSorted());
}
