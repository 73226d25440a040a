import { describe, expect, it } from 'vitest';
import { broken, read, saidOf, SMALL } from './testing/small-scenario.ts';
import type { Mistake } from './testing/small-scenario.ts';

const PART = 'without: [balancer]';

describe('a mistake in a design', () => {
  it.each<Mistake>([
    [
      'layers kept and left out at once',
      PART,
      'without: [balancer], only: [breaker]',
      's.yaml:22:11: designs.bald.without: `only` and `without` contradict each other: give one of them',
    ],
    [
      'an unknown layer left out',
      PART,
      'without: [balancr]',
      's.yaml:22:21: designs.bald.without[0]: unknown layer `balancr`; did you mean `balancer`?',
    ],
    [
      'an unknown layer kept',
      PART,
      'only: [breaker, balancr]',
      's.yaml:22:27: designs.bald.only[1]: unknown layer `balancr`; did you mean `balancer`?',
    ],
    [
      'a setting of an unknown layer',
      PART,
      'set: { braker.window: 5 }',
      's.yaml:22:18: designs.bald.set.braker.window: unknown layer `braker`; did you mean `breaker`?',
    ],
    [
      'a setting of an unknown parameter',
      PART,
      'set: { breaker.windw: 5 }',
      's.yaml:22:18: designs.bald.set.breaker.windw: unknown field `windw`; did you mean `window`?',
    ],
    [
      'a setting of an unknown parameter deep in a layer',
      PART,
      'set: { sidecar.tries: 3, sidecar.backoff.bse: 5ms }',
      's.yaml:22:36: designs.bald.set.sidecar.backoff.bse: unknown field `bse`; did you mean `base`?',
    ],
    [
      'a setting of a wrong value, where the value stands',
      PART,
      'set: { breaker.mode: 5 }',
      's.yaml:22:32: designs.bald.set.breaker.mode: expected one of enforce, shadow, found 5',
    ],
    [
      'a setting of a whole layer',
      PART,
      'set: { breaker: 5 }',
      's.yaml:22:18: designs.bald.set.breaker: expected a path such as `breaker.mode`',
    ],
    [
      'a setting with an empty step',
      PART,
      'set: { breaker..mode: 5 }',
      's.yaml:22:18: designs.bald.set.breaker..mode: expected a path such as `breaker.mode`',
    ],
    [
      'a setting of a name',
      PART,
      'set: { breaker.name: fuse }',
      's.yaml:22:18: designs.bald.set.breaker.name: a layer keeps its name in every design',
    ],
    [
      'a setting of another policy, which knows other parameters',
      'policy: countWindow }\nautoscalers:',
      'policy: countWindow, window: 50 }\nautoscalers:',
    ],
    [
      'a setting of a policy of another kind',
      PART,
      'set: { breaker.policy: tokenBucket }',
      's.yaml:22:34: designs.bald.set.breaker.policy: `tokenBucket` is not a policy of `circuitBreaker`, but of `rateLimiter`',
    ],
    [
      'a setting that makes a map with something missing',
      PART,
      'set: { balancer.outlierDetection.interval: 5s }',
      's.yaml:22:18: designs.bald.set.balancer.outlierDetection.interval: `policy` is missing (expected one of consecutiveErrors, envoy, grpc…',
    ],
    [
      'a setting that no layer outside allows',
      PART,
      'without: [balancer], set: { breaker.key: nobody }',
      's.yaml:22:52: designs.bald.set.breaker.key: expected one of client, service, instance, found "nobody"',
    ],
    [
      'a setting that contradicts another parameter',
      PART,
      'set: { scaler.min: 9 }',
      's.yaml:22:30: designs.bald.set.scaler.min: min is 9, but max is only 8; min must not be above max',
    ],
    [
      'a setting of an age without its unit',
      PART,
      'age: 5',
      's.yaml:22:16: designs.bald.age: expected a duration with its unit, such as 250ms or 30s, found 5',
    ],
    [
      'a second balancer added inside',
      PART,
      'add: [{ layer: { name: x, kind: loadBalancer } }]',
      's.yaml:22:26: designs.bald.add[0].layer: two balancers on one edge: `balancer` has chosen the instance already',
    ],
    [
      'a second balancer added outside',
      PART,
      'add: [{ layer: { name: x, kind: loadBalancer }, outside: balancer }]',
      's.yaml:22:3: designs.bald: `balancer`: two balancers on one edge: `x` has chosen the instance already',
    ],
    [
      'a place beside an unknown layer',
      PART,
      'add: [{ layer: { name: x, kind: retry }, outside: balncer }]',
      's.yaml:22:61: designs.bald.add[0].outside: unknown layer `balncer`; did you mean `balancer`?',
    ],
    [
      'a place both inside and outside',
      PART,
      'add: [{ layer: { name: x, kind: retry }, outside: balancer, inside: breaker }]',
      's.yaml:22:71: designs.bald.add[0].inside: `outside` and `inside` contradict each other: give one of them',
    ],
    [
      'a place on an unknown edge',
      PART,
      'add: [{ layer: { name: x, kind: retry }, edge: { from: shopers, to: checkout } }]',
      's.yaml:22:58: designs.bald.add[0].edge: unknown edge `shopers > checkout`; did you mean `shoppers > checkout`?',
    ],
    [
      'an added layer with a name that another has',
      PART,
      'add: [{ layer: { name: breaker, kind: retry } }]',
      's.yaml:22:34: designs.bald.add[0].layer.name: another layer is called `breaker` already',
    ],
    [
      'two added layers of one name',
      PART,
      'add: [{ layer: { name: x, kind: retry } }, { layer: { name: x, kind: retry } }]',
      's.yaml:22:71: designs.bald.add[1].layer.name: another layer is called `x` already',
    ],
    [
      'an added layer without a name',
      PART,
      'add: [{ layer: { kind: retry } }]',
      's.yaml:22:19: designs.bald.add[0].layer: `name` is missing (expected a name)',
    ],
    [
      'an added autoscaler',
      PART,
      'add: [{ layer: { name: x, kind: autoscaler } }]',
      's.yaml:22:43: designs.bald.add[0].layer.kind: `autoscaler` belongs under `autoscalers`',
    ],
    ['nothing to add', PART, 'add: [{}]', 's.yaml:22:17: designs.bald.add[0]: `layer` is missing (expected a map)'],
  ])('%s', (_, part, by, ...says) => {
    expect(saidOf(part, by, says)).toEqual(says);
  });

  it('does not say on which of two edges', () => {
    const second = '    - { name: robots, to: checkout, arrivals: { poisson: 1/s }, deadline: 1s }\n  faults:';
    const text = SMALL.replace('  faults:', () => second);
    expect(() => read(text.replace(PART, 'add: [{ layer: { name: x, kind: retry } }]'))).toThrow(
      's.yaml:23:17: designs.bald.add[0]: `edge` is missing: one of shoppers > checkout, robots > checkout',
    );
  });

  it('chooses a policy that does not know what the layer sets', () => {
    const says = broken(
      'policy: countWindow }',
      'policy: countWindow, minimumCalls: 5 }\n      - { name: other, kind: retry }',
    );
    expect(says).toEqual([]);
    const text = SMALL.replace('policy: countWindow', 'policy: countWindow, minimumCalls: 5');
    expect(() => read(text.replace(PART, 'set: { breaker.policy: resilience4j }'))).toThrow(
      /^s\.yaml:22:18: designs\.bald\.set\.breaker\.policy: .*`minimumCalls`/,
    );
  });
});

describe('a design', () => {
  it('may take away the balancer that a layer is keyed by, since the random router takes its place', () => {
    expect(broken('policy: countWindow', 'policy: countWindow, key: instance')).toEqual([]);
  });

  it('may disturb a layer that it adds itself', () => {
    const text = SMALL.replace(PART, 'add: [{ layer: { name: extra, kind: retry } }]');
    const disturbed = text.replace(
      'crash: { service: checkout, instances: [0] }',
      'telemetry: { layer: extra, effect: lose }',
    );
    expect(read(disturbed).designs).toHaveLength(2);
  });
});
