import { beforeAll, describe, expect, it } from 'vitest';
import type { Scenario } from '../scenario/scenario.ts';
import { figuresOf } from '../measure/figures.ts';
import { loadScenario } from '../scenario/load.node.ts';
import { finished, REGISTRY } from '../testing/simulate.ts';
import { checkExpectations } from './check.ts';
import { explain } from './explain.ts';
import type { Explanation } from './explain.ts';
import { runDocument, seedJob } from './run.ts';
import type { RunDocument } from './run.ts';
import { runSeed } from './seed-job.ts';
import type { SeedResult } from './seed-job.ts';

/** The shipped story does what it says, on its first seed. */

let scenario: Scenario;
let result: SeedResult;
const documents = new Map<string, RunDocument>();
beforeAll(async () => {
  ({ scenario } = await loadScenario('scenarios/load-balancer-chaos.yaml'));
  const kept = scenario.designs.filter(({ name }) => ['layered', 'balancer-only', 'propagated'].includes(name));
  result = runSeed(seedJob(scenario, kept, scenario.seed, { references: true, verdicts: true }), REGISTRY);
  for (const { name } of result.designs) documents.set(name, runDocument(scenario, result, name));
});
const of = (name: string): RunDocument => documents.get(name)!;

describe('load-balancer-chaos', () => {
  it('meets what it expects', () => {
    expect(checkExpectations(scenario, [result]).filter(({ ok }) => !ok)).toEqual([]);
  });

  it('kills by its layers far more than chance does, and more than it saves', () => {
    const { churn, killed, saved } = of('layered');
    expect(killed!.total).toBeGreaterThan(1.5 * churn!.killed);
    expect(killed!.total).toBeGreaterThan(2 * saved!);
    expect(killed!.direct).toBeGreaterThan(0.95 * killed!.total);
  });

  it('is served best where the limiter can see who refused', () => {
    expect(of('propagated').fidelity).toBeGreaterThan(of('balancer-only').fidelity!);
    expect(of('propagated').killed!.total).toBeLessThan(0.1 * of('layered').killed!.total);
    expect(of('balancer-only').fidelity).toBeGreaterThan(of('bare').fidelity!);
    expect(of('bare').fidelity).toBeGreaterThan(of('layered').fidelity!);
  });

  it('counts offered requests in one outcome each, and each in one of the eight cells, in every design', () => {
    for (const { cells, offered, outcomes } of documents.values()) {
      expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(offered);
      expect(Object.values(cells!).reduce((sum, count) => sum + count, 0)).toBe(offered);
      expect(offered).toBe(of('bare').offered);
    }
  });

  it('has decisions on old state where metrics lag, and on none where they do not', () => {
    expect(of('layered').layers!['breaker'].stalenessMs.p50).toBeGreaterThan(2500);
    expect(of('layered').layers!['balancer'].stalenessMs.p50).toBeGreaterThanOrEqual(2000);
    const design = scenario.designs.find(({ name }) => name === 'fresh')!;
    const world = { ...scenario.world, duration: 70e9 };
    const { layers } = figuresOf(finished({ ...scenario, world }, { design, measure: { verdicts: true } }));
    for (const { stalenessMs } of Object.values(layers!)) expect(stalenessMs.p99).toBe(0);
  });
});

describe('the first request with the longest chain of conflicts', () => {
  let story: Explanation;
  beforeAll(() => {
    story = explain(scenario, scenario.designs[0], scenario.seed, { first: 'killed' }, REGISTRY);
  });
  const acts = (): string[] =>
    story.trace.events.map(({ layer, act, cause, wrong }) =>
      [story.layers[layer] ?? '', act, cause, wrong].filter((one) => one && one !== 'none').join(' '),
    );

  it('goes from the balancer’s choice over the breaker’s refusal and the limiter’s penalty to the limiter’s refusal', () => {
    const chain = acts().join('\n');
    expect(chain).toMatch(
      /balancer selected.*\n(.*\n)*breaker refused circuitOpen wrongfulRefusal\n(.*\n)*limiter charged circuitOpen.*\n(.*\n)*sidecar retried.*\n(.*\n)*sidecar selected.*\n(.*\n)*limiter refused rateLimited wrongfulRefusal\n/,
    );
  });

  it('decides on what is two and three seconds old, and the truth is another', () => {
    const { events } = story.trace;
    const age = (layer: string): number => {
      const event = events.find((one) => story.layers[one.layer] === layer)!;
      return (event.at - event.asOf) / 1e9;
    };
    expect(age('balancer')).toBeGreaterThanOrEqual(2);
    expect(age('breaker')).toBeGreaterThanOrEqual(2.9);
    const refused = events.find(({ act }) => act === 'refused')!;
    expect(refused.wouldAnswerAt).toBeLessThan(story.trace.deadlineAt);
  });

  it('is rejected though it was servable and bare served it, as are many others', () => {
    expect(story.trace.outcome).toBe('rejected');
    expect([story.servable, story.servedByBare]).toEqual([true, true]);
    expect(story.alike).toBeGreaterThan(1000);
  });
});
