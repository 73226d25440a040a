import { describe, expect, it } from 'vitest';
import { complaintsOf, read, SMALL } from './testing/small-scenario.ts';

describe('settings over a scenario', () => {
  it('reach the file, its lists by name or by index, and its layers', () => {
    const set = {
      duration: '20s',
      'world.services.checkout.concurrency': 3,
      'world.traffic.shoppers.deadline': '2s',
      'world.faults.0.at': '3s',
      'sidecar.tries': 5,
      'breaker.metrics.lag': '1s',
      'scaler.max': 9,
    };
    const { world, designs } = read(SMALL, { set });
    expect(world.duration).toBe(20e9);
    expect(world.services[0].concurrency).toBe(3);
    expect(world.traffic[0].deadline).toBe(2e9);
    expect(world.faults[0].timing).toMatchObject({ at: 3e9 });
    const [balancer, sidecar, breaker] = designs[0].edges[0].layers;
    expect(balancer.name).toBe('balancer');
    expect(sidecar.config['tries']).toBe(5);
    expect(breaker.metrics.lag).toBe(1e9);
    expect(designs[0].autoscalers[0].config['max']).toBe(9);
  });

  it('reach every design', () => {
    const { designs } = read(SMALL, { set: { 'sidecar.tries': 5 } });
    for (const { edges } of designs) expect(edges[0].layers[1].config['tries']).toBe(5);
  });

  it('go by a design that gives the layer a policy which does not know them', () => {
    const text = SMALL.replace('designs:', 'designs:\n  counting: { set: { breaker.policy: resilience4j } }');
    const { designs } = read(text, { set: { 'breaker.waitOpen': '9s' } });
    const breakers = designs.flatMap(({ edges }) => edges[0].layers.filter(({ name }) => name === 'breaker'));
    expect(breakers.map(({ policy, config }) => [policy, config['waitOpen']])).toEqual([
      ['countWindow', 9e9],
      ['resilience4j', undefined],
      ['countWindow', 9e9],
    ]);
    const wrong = { set: { 'breaker.waitOpen': '9s', 'breaker.policy': 'resilience4j' } };
    expect(complaintsOf(SMALL, wrong)).toEqual([
      '--set: breaker.waitOpen: `resilience4j` has no `waitOpen`; a parameter of consecutive, countWindow, timeWindow',
    ]);
  });

  it('may make a map that is not there', () => {
    const set = { 'world.services.checkout.queue.limit': 7 };
    expect(read(SMALL, { set }).world.services[0].queue.limit).toBe(7);
  });

  it.each([
    [{ duration: 'soon' }, '--set: duration: expected a duration with its unit, such as 250ms or 30s, found "soon"'],
    [
      { 'world.services.checkout.concurency': 3 },
      '--set: world.services.checkout.concurency: unknown field `concurency`; did you mean `concurrency`?',
    ],
    [
      { 'world.services.chekout.concurrency': 3 },
      '--set: world.services.chekout: `instances` is missing (expected a number, or { initial, max })',
    ],
    [{ 'world.traffic.0.deadline': '-1s' }, '--set: world.traffic[0].deadline: expected at least 1ns, found "-1s"'],
    [{ 'braker.window': 3 }, '--set: braker.window: unknown layer `braker`; did you mean `breaker`?'],
    [{ 'breaker.windw': 3 }, '--set: breaker.windw: unknown field `windw`; did you mean `window`?'],
    [{ 'breaker.window': 'lots' }, '--set: breaker.window: expected a whole number, found "lots"'],
    [{ breaker: 3 }, '--set: breaker: expected a path such as `breaker.mode`'],
  ])('say what is wrong with %o', (set: Record<string, unknown>, says) => {
    expect(complaintsOf(SMALL, { set })).toEqual([says]);
  });
});
