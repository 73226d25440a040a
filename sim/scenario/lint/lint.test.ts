import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Registry } from '../../controllers/registry.ts';
import { ScenarioError } from '../scenario-error.ts';
import { lintScenario } from './lint.ts';
import { reliesOnDefault } from './rules/relies-on-default.ts';
import { lint, scenarioOf } from './testing/lint-case.ts';

const STORY = fileURLToPath(new URL('../../../scenarios/load-balancer-chaos.yaml', import.meta.url));

describe('linting', () => {
  it('says a thing once, and in which designs it is so', () => {
    const text = scenarioOf({
      layers: ['{ name: again, kind: retry, tries: 3 }'],
      designs: ['calm: { set: { again.tries: 2 } }', 'bold: { set: { again.backoff: { base: 1ms } } }'],
    });
    const found = lint(text).filter(({ code }) => code === 'OC107');
    expect(found.map(({ designs }) => designs)).toEqual([['layered', 'bold']]);
  });

  it('points at what a design adds', () => {
    const text = scenarioOf({
      layers: ['{ name: again, kind: retry, tries: 2 }'],
      designs: ['more: { add: [{ layer: { name: mesh, kind: retry, tries: 3 } }] }'],
    });
    const [found] = lint(text).filter(({ code }) => code === 'OC101');
    expect(found).toMatchObject({
      designs: ['more'],
      layers: ['mesh', 'again'],
      path: 'designs.more.add[0].layer.tries',
    });
    expect(text.split('\n')[found.line - 1].slice(found.column - 1)).toMatch(/^3 \}/);
  });

  it('looks at the designs that it is asked about only', () => {
    const text = scenarioOf({
      layers: ['{ name: again, kind: retry, tries: 3 }'],
      designs: ['calm: { set: { again.tries: 2 } }'],
    });
    const registry = new Registry();
    const codes = lintScenario(text, 's.yaml', { registry, designs: ['calm'] }).map(({ code }) => code);
    expect(codes).not.toContain('OC107');
  });

  it('goes by what is set from outside', () => {
    const text = scenarioOf({ layers: ['{ name: again, kind: retry, tries: 2 }'] });
    const found = lintScenario(text, 's.yaml', { registry: new Registry(), set: { 'again.tries': 4 } });
    expect(found.filter(({ code }) => code === 'OC107')).toMatchObject([{ file: '--set', line: 0 }]);
  });

  it('finds what is wrong in a file that is extended, there', () => {
    const base = scenarioOf({ layers: ['{ name: again, kind: retry, tries: 3 }'] });
    const found = lintScenario('name: heir\nextends: base.yaml\n', 'heir.yaml', {
      registry: new Registry(),
      readBase: () => ({ text: base, file: 'base.yaml' }),
    });
    expect(found.find(({ code }) => code === 'OC107')).toMatchObject({ file: 'base.yaml', line: 14 });
  });

  it('counts the tries of clients who retry by themselves, though no stack lists them', () => {
    const text = scenarioOf({
      traffic: '{ name: users, to: api, arrivals: { poisson: 200/s }, deadline: 1s, retries: { tries: 2 } }',
      layers: ['{ name: again, kind: retry, tries: 2 }'],
    });
    const [found] = lint(text).filter(({ code }) => code === 'OC101');
    expect(found).toMatchObject({ layers: ['again', 'users-client'], line: 14 });
    const [note] = lint(text, reliesOnDefault).filter(({ layers }) => layers[0] === 'users-client');
    expect(note.path).toMatch(/^world\.traffic\[0\]\.retries/);
  });

  it('multiplies the tries along a chain of calls', () => {
    const text = scenarioOf({
      service:
        '{ instances: 4, concurrency: 10, queue: { limit: 40 }, serviceTime: 100ms, calls: [db] }\n    db: { instances: 1, queue: { limit: 9 }, serviceTime: 1ms }',
      layers: [
        '{ name: again, kind: retry, tries: 3 }',
        '{ name: x, kind: circuitBreaker }\n  - { from: api, to: db, layers: [{ name: inner, kind: retry, tries: 2 }] }',
      ],
    });
    const [found] = lint(text).filter(({ code }) => code === 'OC101');
    expect(found.message).toBe('`inner` tries 2 times inside of `again` (3 times): one request can make 6 attempts');
  });

  it('refuses what is no scenario', () => {
    expect(() => lint('name: nothing\n')).toThrow(ScenarioError);
  });

  it('finds in the shipped story what makes it one', () => {
    const found = lintScenario(readFileSync(STORY, 'utf8'), 'story.yaml', { registry: new Registry() });
    const warnings = found.filter(({ severity }) => severity === 'warning').map(({ code }) => code);
    expect(warnings.toSorted()).toEqual(['OC102', 'OC110', 'OC202', 'OC303']);
  });
});

describe('OC901 relies-on-default', () => {
  const told = (layer: string): string[] =>
    lint(scenarioOf({ layers: [layer] }), reliesOnDefault).map(({ message }) => message);

  it('says each setting that is left out, with its value and source', () => {
    const found = told('{ name: fuse, kind: circuitBreaker, policy: consecutive, failures: 3 }');
    expect(found).toContain('`fuse` relies on waitOpen = 30s (overcontrol, as the base ejection time of Envoy)');
    expect(found.join()).not.toContain('failures');
  });

  it('says that a policy was chosen by nobody', () => {
    expect(told('{ name: balancer, kind: loadBalancer }')).toContain(
      '`balancer` relies on policy = leastRequest (the default of `loadBalancer`)',
    );
  });

  it("looks into a group that is begun, and names the product's source", () => {
    const found = told(
      '{ name: again, kind: retry, policy: envoy, numRetries: 1, retryBackOff: { baseInterval: 5ms }, retryBudget: {} }',
    );
    expect(found).toContain('`again` relies on timeout = 15s (Envoy route_components.proto RouteAction.timeout)');
    expect(found).toContain(
      '`again` relies on retryBudget.budgetPercent = 20% (Envoy circuit_breaker.proto Thresholds retry_budget)',
    );
    expect(found.join()).not.toContain('baseInterval');
  });

  it('has no default of a group that is left out', () => {
    expect(told('{ name: again, kind: retry, tries: 2 }').join()).not.toContain('hedge');
  });

  it('does not speak of the router in the place of a removed balancer', () => {
    const text = scenarioOf({
      layers: ['{ name: balancer, kind: loadBalancer }', '{ name: fuse, kind: circuitBreaker }'],
      designs: ['bald: { without: [balancer] }'],
    });
    expect(lint(text).filter(({ message }) => message.includes('balancer-removed'))).toEqual([]);
  });
});
