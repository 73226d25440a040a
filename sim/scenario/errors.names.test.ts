import { describe, expect, it } from 'vitest';
import { saidOf } from './testing/small-scenario.ts';
import type { Mistake } from './testing/small-scenario.ts';

describe('a mistake in the names of a scenario', () => {
  describe('a kind or a policy', () => {
    it.each<Mistake>([
      [
        'unknown, with the nearest kind',
        'kind: circuitBreaker',
        'kind: circutBreaker',
        's.yaml:18:32: edges[0].layers[2].kind: unknown kind `circutBreaker`; did you mean `circuitBreaker`?',
      ],
      [
        'unknown, with all kinds',
        'kind: circuitBreaker',
        'kind: cache',
        's.yaml:18:32: edges[0].layers[2].kind: unknown kind `cache` (known: loadBalancer, circuitBreaker, rateLimiter, retry)',
      ],
      [
        'that is missing',
        'kind: circuitBreaker, ',
        '',
        's.yaml:18:9: edges[0].layers[2]: `kind` is missing (expected one of loadBalancer, circuitBreaker, rateLimiter, retry)',
      ],
      [
        'that is no text',
        'kind: circuitBreaker',
        'kind: 5',
        's.yaml:18:32: edges[0].layers[2].kind: expected one of loadBalancer, circuitBreaker, rateLimiter, retry, found 5',
      ],
      [
        'that is a policy',
        'kind: circuitBreaker',
        'kind: resilience4j',
        's.yaml:18:32: edges[0].layers[2].kind: `resilience4j` is a policy: write `kind: circuitBreaker, policy: resilience4j`',
      ],
      [
        'unknown, with the nearest policy',
        'policy: countWindow',
        'policy: countWindw',
        's.yaml:18:56: edges[0].layers[2].policy: unknown policy of circuitBreaker `countWindw`; did you mean `countWindow`?',
      ],
      [
        'unknown, with all policies',
        'policy: countWindow',
        'policy: zebra',
        's.yaml:18:56: edges[0].layers[2].policy: unknown policy of circuitBreaker `zebra` (known: consecutive, countWindow, …',
      ],
      [
        'of another kind',
        'policy: countWindow',
        'policy: tokenBucket',
        's.yaml:18:56: edges[0].layers[2].policy: `tokenBucket` is not a policy of `circuitBreaker`, but of `rateLimiter`',
      ],
      [
        'that is a list',
        'policy: countWindow',
        'policy: [a]',
        's.yaml:18:56: edges[0].layers[2].policy: expected one of consecutive, countWindow, timeWindow, …',
      ],
      [
        'of an autoscaler among layers',
        'kind: retry',
        'kind: autoscaler',
        's.yaml:17:32: edges[0].layers[1].kind: `autoscaler` belongs under `autoscalers`',
      ],
      [
        'of a layer among autoscalers',
        'kind: autoscaler',
        'kind: retry',
        's.yaml:20:27: autoscalers[0].kind: `retry` belongs in the `layers` of an edge',
      ],
      [
        'of outlier detection, unknown',
        'kind: loadBalancer',
        'kind: loadBalancer, outlierDetection: { policy: envoi }',
        's.yaml:16:75: edges[0].layers[0].outlierDetection.policy: expected one of consecutiveErrors, envoy, grpc, found "envoi"; did you mean `envoy`?',
      ],
      [
        'of outlier detection, missing',
        'kind: loadBalancer',
        'kind: loadBalancer, outlierDetection: { interval: 5s }',
        's.yaml:16:47: edges[0].layers[0].outlierDetection: `policy` is missing (expected one of consecutiveErrors, envoy, grpc)',
      ],
      [
        'among choices, with the nearest',
        'kind: loadBalancer',
        'kind: loadBalancer, metrics: { phase: togehter }',
        's.yaml:16:65: edges[0].layers[0].metrics.phase: expected one of together, apart, found "togehter"; did you mean `together`?',
      ],
      [
        'among several choices, unknown',
        'tries: 2',
        'tries: 2, retryOn: [refusd, error, 3]',
        's.yaml:17:59: edges[0].layers[1].retryOn[0]: expected one of error, refused, limited, …',
        's.yaml:17:74: edges[0].layers[1].retryOn[2]: expected one of error, refused, limited, …',
      ],
    ])('%s', (_, part, by, ...says) => {
      expect(saidOf(part, by, says)).toEqual(says);
    });
  });

  describe('a name', () => {
    it.each<Mistake>([
      [
        'of two layers',
        'name: sidecar',
        'name: breaker',
        's.yaml:18:17: edges[0].layers[2].name: another layer is called `breaker` already',
      ],
      [
        'of a layer and an autoscaler',
        'name: scaler',
        'name: breaker',
        's.yaml:20:13: autoscalers[0].name: another layer is called `breaker` already',
      ],
      [
        'of two sources of traffic',
        'deadline: 1s }',
        'deadline: 1s }\n    - { name: shoppers, to: checkout, arrivals: { poisson: 1/s } }',
        's.yaml:10:15: world.traffic[1].name: another traffic is called `shoppers` already',
      ],
      [
        'of traffic and a service',
        'name: shoppers',
        'name: checkout',
        's.yaml:9:15: world.traffic[0].name: a service is called `checkout` already',
        's.yaml:13:11: edges[0].from: unknown traffic or service `shoppers` (known: checkout)',
      ],
      [
        'of two classes',
        'deadline: 1s',
        'classes: [{ name: a }, { name: a }]',
        's.yaml:9:99: world.traffic[0].classes[1].name: another class is called `a` already',
      ],
      [
        'of two edges',
        'edges:\n',
        'edges:\n  - { from: shoppers, to: checkout }\n',
        's.yaml:14:5: edges[1]: the edge shoppers > checkout stands in edges[0] already',
      ],
      [
        'that is reserved',
        'bald:',
        'bare:',
        's.yaml:22:3: designs.bare: `bare` is a reserved name (bare, oracle, layered)',
      ],
      [
        'that begins with a digit',
        'bald:',
        '9x:',
        's.yaml:22:3: designs.9x: expected a name of letters, digits, - and _, beginning with a letter, found `9x`',
      ],
      [
        'with other letters',
        'name: shop\n',
        'name: größe\n',
        's.yaml:1:7: name: expected a name of letters, digits, - and _, beginning with a letter, found "größe"',
      ],
      [
        'with other letters, as a key',
        '    checkout:\n',
        '    größe: { instances: 1, serviceTime: 5ms }\n    checkout:\n',
        's.yaml:5:5: world.services.größe: expected a name of letters, digits, - and _, beginning with a letter, found `größe`',
      ],
      [
        'that is very long',
        'name: shop\n',
        'name: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n',
        's.yaml:1:7: name: expected a name of at most 100 characters, found "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…',
      ],
      [
        'of a service that is called, unknown',
        'to: checkout, arr',
        'to: chekout, arr',
        's.yaml:9:29: world.traffic[0].to: unknown service `chekout`; did you mean `checkout`?',
      ],
      [
        'of a caller, unknown',
        'from: shoppers',
        'from: shopers',
        's.yaml:13:11: edges[0].from: unknown traffic or service `shopers`; did you mean `shoppers`?',
      ],
      [
        'of a called service, unknown',
        '    to: checkout\n',
        '    to: chekout\n',
        's.yaml:14:9: edges[0].to: unknown service `chekout`; did you mean `checkout`?',
      ],
      [
        'of a service under a fault, unknown',
        'crash: { service: checkout',
        'crash: { service: chekout',
        's.yaml:11:44: world.faults[0].crash.service: unknown service `chekout`; did you mean `checkout`?',
      ],
      [
        'of an instance under a fault, unknown',
        'instances: [0]',
        'instances: [0, 9]',
        's.yaml:11:69: world.faults[0].crash.instances[1]: `checkout` has the instances 0 to 3, found 9',
      ],
      [
        'of instances in words',
        'instances: [0]',
        'instances: some',
        's.yaml:11:65: world.faults[0].crash.instances: expected a list of instances such as [0, 3], `all`, or `any` (one drawn each time), found "some"',
      ],
      [
        'of a surging traffic, unknown',
        'crash: { service: checkout, instances: [0] }',
        'surge: { traffic: shopper, factor: 2 }',
        's.yaml:11:44: world.faults[0].surge.traffic: unknown traffic `shopper`; did you mean `shoppers`?',
      ],
      [
        'of a scaled service, unknown',
        'service: checkout, max',
        'service: chekout, max',
        's.yaml:20:61: autoscalers[0].service: unknown service `chekout`; did you mean `checkout`?',
      ],
      [
        'of a layer of disturbed telemetry, unknown',
        'crash: { service: checkout, instances: [0] }',
        'telemetry: { layer: braker, effect: lose }',
        's.yaml:11:46: world.faults[0].telemetry.layer: unknown layer `braker`; did you mean `breaker`?',
      ],
      [
        'of a judged design, unknown',
        'that: success',
        'design: bld, that: success',
        's.yaml:24:15: expect[0].design: unknown design `bld`; did you mean `bald`?',
      ],
      [
        'of a design to compare with, unknown',
        'that: success',
        'against: orcle, that: success',
        's.yaml:24:16: expect[0].against: unknown design `orcle`; did you mean `oracle`?',
      ],
    ])('%s', (_, part, by, ...says) => {
      expect(saidOf(part, by, says)).toEqual(says);
    });
  });

  describe('what contradicts itself', () => {
    it.each<Mistake>([
      [
        'two balancers on an edge',
        'kind: retry, tries: 2',
        'kind: loadBalancer',
        's.yaml:17:9: edges[0].layers[1]: two balancers on one edge: `balancer` has chosen the instance already',
      ],
      [
        'a key by instance outside the balancer',
        '      - { name: balancer,',
        '      - { name: limiter, kind: rateLimiter, rate: 5/s, burst: 5, key: instance }\n      - { name: balancer,',
        's.yaml:16:71: edges[0].layers[0].key: no layer outside this one selects an instance, so it cannot be keyed by instance; put it inside the load balancer',
      ],
      [
        'live signals with metrics',
        'kind: loadBalancer',
        'kind: loadBalancer, source: own, metrics: { lag: 1s }',
        's.yaml:16:69: edges[0].layers[0].metrics: a layer whose source is `own` sees what passes through it, live: no metrics',
      ],
      [
        'a service time beside a demand',
        'serviceTime: 20ms',
        'serviceTime: 20ms\n      demand: 3ms',
        's.yaml:7:20: world.services.checkout.serviceTime: it is shorthand for `noise` alone: give it, or `demand` and `noise`',
      ],
      [
        'fewer instances at most than at first',
        'instances: 4',
        'instances: { initial: 5, max: 3 }',
        's.yaml:6:18: world.services.checkout.instances: `max` is below `initial`, found 3 and 5',
      ],
      [
        'a fault once and again',
        'at: 2s',
        'at: 2s, every: 3s',
        's.yaml:11:7: world.faults[0]: expected `at` (once) or `every` (again and again at random), found both',
      ],
      [
        'a fault that does two things',
        'crash: {',
        'freeze: { service: checkout, instances: all }, crash: {',
        's.yaml:11:7: world.faults[0]: expected exactly one of slow, freeze, capacity, …',
      ],
      [
        'a fault once of random length',
        'for: 1s',
        'for: { exponential: 1s }',
        's.yaml:11:22: world.faults[0].for: a fault that strikes once lasts for a plain duration',
      ],
      [
        'a fault without a pause',
        'at: 2s',
        'every: 0s',
        's.yaml:11:16: world.faults[0].every: at most 1000 strikes a second on average',
      ],
      [
        'classes that no request has',
        'deadline: 1s',
        'classes: [{ name: gold, weight: 0 }]',
        's.yaml:9:77: world.traffic[0].classes: the weight of every class is 0: no request could have one',
      ],
    ])('%s', (_, part, by, ...says) => {
      expect(saidOf(part, by, says)).toEqual(says);
    });
  });
});
