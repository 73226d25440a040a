import { describe, expect, it } from 'vitest';
import { saidOf } from './testing/small-scenario.ts';
import type { Mistake } from './testing/small-scenario.ts';

describe('a mistake in the fields of a scenario', () => {
  describe('an unknown field', () => {
    it.each<Mistake>([
      [
        'at the top',
        'duration: 10s',
        'duration: 10s\ncolour: red',
        's.yaml:3:1: colour: unknown field `colour` (known: $schema, name, …',
      ],
      [
        'that is a misspelt required one, once',
        'duration: 10s',
        'duraton: 10s',
        's.yaml:2:1: duraton: unknown field `duraton`; did you mean `duration`?',
      ],
      [
        'of the world',
        '  traffic:\n',
        '  trafic: []\n  traffic:\n',
        's.yaml:8:3: world.trafic: unknown field `trafic`; did you mean `traffic`?',
      ],
      [
        'of a service',
        '      instances: 4',
        '      instances: 4\n      concurency: 3',
        's.yaml:7:7: world.services.checkout.concurency: unknown field `concurency`; did you mean `concurrency`?',
      ],
      [
        'of instances',
        'instances: 4',
        'instances: { initial: 2, mx: 3 }',
        's.yaml:6:32: world.services.checkout.instances.mx: unknown field `mx`; did you mean `max`?',
      ],
      [
        'of a queue',
        'serviceTime: 20ms',
        'serviceTime: 20ms\n      queue: { limit: 5, overflw: drop }',
        's.yaml:8:26: world.services.checkout.queue.overflw: unknown field `overflw`; did you mean `overflow`?',
      ],
      [
        'of a warm-up',
        'serviceTime: 20ms',
        'serviceTime: 20ms\n      warmUp: { for: 5s, fctor: 2, factor: 2 }',
        's.yaml:8:26: world.services.checkout.warmUp.fctor: unknown field `fctor`; did you mean `factor`?',
      ],
      [
        'of traffic',
        'deadline: 1s',
        'dedline: 1s',
        's.yaml:9:68: world.traffic[0].dedline: unknown field `dedline`; did you mean `deadline`?',
      ],
      [
        'of arrivals',
        'poisson: 50/s',
        'poison: 50/s',
        's.yaml:9:51: world.traffic[0].arrivals.poison: unknown field `poison`; did you mean `poisson`?',
      ],
      [
        'of a point of a profile',
        'poisson: 50/s',
        'profile: [{ at: 0s, rate: 3/s, unit: s }]',
        's.yaml:9:82: world.traffic[0].arrivals.profile[0].unit: unknown field `unit` (known: at, rate)',
      ],
      [
        'of a class',
        'deadline: 1s',
        'classes: [{ name: gold, wieght: 2 }]',
        's.yaml:9:92: world.traffic[0].classes[0].wieght: unknown field `wieght`; did you mean `weight`?',
      ],
      [
        'of a fault',
        'at: 2s',
        'att: 2s, at: 2s',
        's.yaml:11:9: world.faults[0].att: unknown field `att`; did you mean `at`?',
      ],
      [
        'that is no act of a fault',
        'crash: {',
        'crsh: {',
        's.yaml:11:26: world.faults[0].crsh: unknown field `crsh`; did you mean `crash`?',
      ],
      [
        'of the act of a fault',
        'crash: { service: checkout',
        'crash: { server: checkout, service: checkout',
        's.yaml:11:35: world.faults[0].crash.server: unknown field `server` (known: service, instances)',
      ],
      [
        'of an edge',
        '    layers:\n',
        '    layer: []\n    layers:\n',
        's.yaml:15:5: edges[0].layer: unknown field `layer`; did you mean `layers`?',
      ],
      [
        'of a layer',
        'kind: retry, tries: 2',
        'kind: retry, tris: 2',
        's.yaml:17:39: edges[0].layers[1].tris: unknown field `tris`; did you mean `tries`?',
      ],
      [
        'of a layer, of which no known one is near',
        'kind: retry, tries: 2',
        'kind: retry, tries: 2, rate: 5/s',
        's.yaml:17:49: edges[0].layers[1].rate: unknown field `rate` (known: name, kind, …',
      ],
      [
        'of a layer that another policy has',
        'policy: countWindow',
        'policy: countWindow, slidingWindowSize: 5',
        's.yaml:18:69: edges[0].layers[2].slidingWindowSize: `countWindow` has no `slidingWindowSize`; a parameter of resilience4j',
      ],
      [
        'of metrics',
        'kind: loadBalancer',
        'kind: loadBalancer, metrics: { lagg: 2s }',
        's.yaml:16:58: edges[0].layers[0].metrics.lagg: unknown field `lagg`; did you mean `lag`?',
      ],
      [
        'of a backoff',
        'tries: 2',
        'tries: 2, backoff: { bse: 25ms }',
        's.yaml:17:60: edges[0].layers[1].backoff.bse: unknown field `bse`; did you mean `base`?',
      ],
      [
        'of a budget',
        'tries: 2',
        'tries: 2, budget: { policy: ratio, ration: 5% }',
        's.yaml:17:74: edges[0].layers[1].budget.ration: unknown field `ration`; did you mean `ratio`?',
      ],
      [
        'of outlier detection',
        'kind: loadBalancer',
        'kind: loadBalancer, outlierDetection: { policy: envoy, consecutive5x: 3 }',
        's.yaml:16:82: edges[0].layers[0].outlierDetection.consecutive5x: unknown field `consecutive5x`; did you mean `consecutive5xx`?',
      ],
      [
        'of an autoscaler',
        'max: 8',
        'max: 8, actuation: { dely: 5s }',
        's.yaml:20:92: autoscalers[0].actuation.dely: unknown field `dely`; did you mean `delay`?',
      ],
      [
        'of a list in a layer',
        ', max: 8',
        ', max: 8, scaleUp: { policies: [{ type: Pods, value: 1, perid: 15s, period: 15s }] }',
        's.yaml:20:125: autoscalers[0].scaleUp.policies[0].perid: unknown field `perid`; did you mean `period`?',
      ],
      [
        'of a design',
        'without: [balancer]',
        'wihtout: [balancer]',
        's.yaml:22:11: designs.bald.wihtout: unknown field `wihtout`; did you mean `without`?',
      ],
      [
        'of an added layer',
        'without: [balancer]',
        'add: [{ lyer: { name: x } }]',
        's.yaml:22:19: designs.bald.add[0].lyer: unknown field `lyer`; did you mean `layer`?',
      ],
      [
        'of an expectation',
        'that: success >= 1%',
        'that: success >= 1%, ech: seed',
        's.yaml:24:28: expect[0].ech: unknown field `ech`; did you mean `each`?',
      ],
    ])('%s', (_, part, by, ...says) => {
      expect(saidOf(part, by, says)).toEqual(says);
    });
  });

  describe('something missing', () => {
    it.each<Mistake>([
      ['at the top', 'name: shop\n', '', 's.yaml:1:1: `name` is missing (expected a name)'],
      [
        'in a service',
        '      instances: 4\n',
        '',
        's.yaml:5:5: world.services.checkout: `instances` is missing (expected a number, or { initial, max })',
      ],
      [
        'in instances',
        'instances: 4',
        'instances: { max: 3 }',
        's.yaml:6:7: world.services.checkout.instances: `initial` is missing (expected a whole number)',
      ],
      [
        'the work of a service',
        'serviceTime: 20ms',
        'contention: 0',
        's.yaml:5:5: world.services.checkout: `serviceTime` is missing (or `demand`, and `noise` as a factor on it)',
      ],
      ['in an autoscaler', ', max: 8', '', 's.yaml:20:5: autoscalers[0]: `max` is missing (expected a whole number)'],
      ['a name', 'name: sidecar, ', '', 's.yaml:17:9: edges[0].layers[1]: `name` is missing (expected a name)'],
      [
        'in a nested map',
        'tries: 2',
        'tries: 2, hedge: {}',
        's.yaml:17:49: edges[0].layers[1].hedge: `after` is missing (expected a duration with its unit, such as 250ms or 30s)',
      ],
      [
        'the moment of a fault',
        'at: 2s, ',
        '',
        's.yaml:11:7: world.faults[0]: expected `at` (once) or `every` (again and again at random), found neither',
      ],
      [
        'the act of a fault',
        ', crash: { service: checkout, instances: [0] }',
        '',
        's.yaml:11:7: world.faults[0]: expected exactly one of slow, freeze, capacity, …',
      ],
      [
        'the end of a fault that comes again',
        'at: 2s, for: 1s',
        'every: 2s',
        's.yaml:11:7: world.faults[0]: `for` is missing: a fault that strikes again and again must end',
      ],
      ['in an expectation', 'that: success >= 1%', '', 's.yaml:24:5: expect[0]: `that` is missing (expected text)'],
      [
        'entries',
        'instances: [0]',
        'instances: []',
        's.yaml:11:65: world.faults[0].crash.instances: expected at least 1 entry, found an empty list',
      ],
      [
        'all services',
        '    checkout:\n      instances: 4\n      serviceTime: 20ms\n',
        '    {}\n',
        's.yaml:4:3: world.services: there is no service',
      ],
    ])('%s', (_, part, by, ...says) => {
      expect(saidOf(part, by, says)).toEqual(says);
    });
  });
});
