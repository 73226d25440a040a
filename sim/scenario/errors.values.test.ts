import { describe, expect, it } from 'vitest';
import { saidOf } from './testing/small-scenario.ts';
import type { Mistake } from './testing/small-scenario.ts';

describe('a mistake in the values of a scenario', () => {
  describe('a value of the wrong type', () => {
    it.each<Mistake>([
      [
        'text for a number',
        'instances: 4',
        'instances: "4"',
        's.yaml:6:18: world.services.checkout.instances: expected a whole number, found "4"; did you mean `4`?',
      ],
      [
        'a list for a map',
        'instances: 4',
        'instances: [1]',
        's.yaml:6:18: world.services.checkout.instances: expected a number, or { initial, max }, found a list of 1',
      ],
      [
        'a map for a list',
        'traffic:\n    - {',
        'traffic:\n    {',
        's.yaml:9:5: world.traffic: expected a list, found a map with name, to, arrivals, deadline',
      ],
      [
        'text for a map',
        'kind: loadBalancer',
        'kind: loadBalancer, metrics: 2s',
        's.yaml:16:56: edges[0].layers[0].metrics: expected a map, found "2s"',
      ],
      [
        'text for a list',
        'tries: 2',
        'tries: 2, retryOn: refused',
        's.yaml:17:58: edges[0].layers[1].retryOn: expected a list, found "refused"',
      ],
      [
        'text for a layer',
        '      - { name: sidecar, kind: retry, tries: 2 }\n',
        '      - sidecar\n',
        's.yaml:17:9: edges[0].layers[1]: expected a map, found "sidecar"',
      ],
      ['a number for text', 'that: success >= 1%', 'that: 3', 's.yaml:24:13: expect[0].that: expected text, found 3'],
      ['a number for a name', 'name: shop\n', 'name: 5\n', 's.yaml:1:7: name: expected a name, found 5'],
      [
        'text for a flag',
        'kind: loadBalancer',
        'kind: loadBalancer, countOwnSince: "yes"',
        's.yaml:16:62: edges[0].layers[0].countOwnSince: expected true or false, found "yes"',
      ],
      [
        'a fraction for a whole number',
        'tries: 2',
        'tries: 2.5',
        's.yaml:17:46: edges[0].layers[1].tries: expected a whole number, found 2.5',
      ],
      [
        'text where a number or a word may stand',
        'kind: loadBalancer',
        'kind: loadBalancer, choices: many',
        's.yaml:16:56: edges[0].layers[0].choices: expected a whole number or `all`, found "many"',
      ],
      [
        'a list for a seed',
        'duration: 10s',
        'duration: 10s\nseed: [1]',
        's.yaml:3:7: seed: expected a seed: any text or number, found a list of 1',
      ],
      [
        'nothing',
        'deadline: 1s',
        'deadline: null',
        's.yaml:9:78: world.traffic[0].deadline: expected a duration with its unit, such as 250ms or 30s, found nothing',
      ],
      [
        'nothing for a design',
        'bald: { without: [balancer] }',
        'bald:',
        's.yaml:22:8: designs.bald: expected a map, found nothing',
      ],
      [
        'infinity',
        'deadline: 1s',
        'clients: .inf',
        's.yaml:9:77: world.traffic[0].clients: expected a whole number, found Infinity',
      ],
      [
        'no number',
        'deadline: 1s',
        'clients: .nan',
        's.yaml:9:77: world.traffic[0].clients: expected a whole number, found NaN',
      ],
    ])('%s', (_, part, by, ...says) => {
      expect(saidOf(part, by, says)).toEqual(says);
    });
  });

  describe('a duration', () => {
    it.each<Mistake>([
      [
        'without its unit',
        'deadline: 1s',
        'deadline: 1',
        's.yaml:9:78: world.traffic[0].deadline: expected a duration with its unit, such as 250ms or 30s, found 1',
      ],
      [
        'without its unit, in metrics',
        'kind: loadBalancer',
        'kind: loadBalancer, metrics: { lag: 2 }',
        's.yaml:16:63: edges[0].layers[0].metrics.lag: expected a duration with its unit, such as 250ms or 30s, found 2',
      ],
      [
        'as on a clock',
        'deadline: 1s',
        'deadline: 00:00:30',
        's.yaml:9:78: world.traffic[0].deadline: expected a duration with its unit, such as 250ms or 30s, found "00:00:30"; did you mean `30s`?',
      ],
      [
        'as on a clock, with minutes',
        'deadline: 1s',
        'deadline: 1:30',
        's.yaml:9:78: world.traffic[0].deadline: expected a duration with its unit, such as 250ms or 30s, found "1:30"; did you mean `1m30s`?',
      ],
      [
        'in an unknown unit',
        'deadline: 1s',
        'deadline: 1 fortnight',
        's.yaml:9:78: world.traffic[0].deadline: expected a duration with its unit, such as 250ms or 30s, found "1 fortnight"',
      ],
      [
        'below zero',
        'deadline: 1s',
        'deadline: -5s',
        's.yaml:9:78: world.traffic[0].deadline: expected at least 1ns, found "-5s"',
      ],
      [
        'of zero where some is needed',
        'deadline: 1s',
        'deadline: 0',
        's.yaml:9:78: world.traffic[0].deadline: expected at least 1ns, found 0',
      ],
      [
        'beyond the clock',
        'duration: 10s',
        'duration: 105d',
        's.yaml:2:11: duration: expected at most 104d, the range of the clock, found "105d"',
      ],
      [
        'beyond the clock, in a layer',
        'tries: 2',
        'tries: 2, timeout: 1000000d',
        's.yaml:17:58: edges[0].layers[1].timeout: expected at most 104d, the range of the clock, found "1000000d"',
      ],
      [
        'beyond the clock, with the drain',
        'duration: 10s',
        'duration: 60d\ndrain: 60d',
        "s.yaml:3:8: drain: the run must end within the clock's range of 104d, found 60d and a drain of 60d",
      ],
      [
        'beyond the clock, in the world',
        'serviceTime: 20ms',
        'serviceTime: 20ms\n      coldStart: 4000d',
        's.yaml:8:18: world.services.checkout.coldStart: expected at most 104d, the range of the clock, found "4000d"',
      ],
      [
        'of a warm-up that leaves nothing',
        'duration: 10s',
        'duration: 10s\nwarmup: 10s',
        's.yaml:3:9: warmup: nothing is left to measure: it must be shorter than `duration`, found 10s of 10s',
      ],
    ])('%s', (_, part, by, ...says) => {
      expect(saidOf(part, by, says)).toEqual(says);
    });
  });

  describe('a rate or a share', () => {
    it.each<Mistake>([
      [
        'below zero',
        'poisson: 50/s',
        'poisson: -50/s',
        's.yaml:9:60: world.traffic[0].arrivals.poisson: expected at least 0.000001/s, found "-50/s"',
      ],
      [
        'without its unit',
        'poisson: 50/s',
        'poisson: 50',
        's.yaml:9:60: world.traffic[0].arrivals.poisson: expected a rate such as 900/s or 30/m, found 50',
      ],
      [
        'by itself',
        '{ poisson: 50/s }',
        '50/s',
        's.yaml:9:49: world.traffic[0].arrivals: expected one of { poisson }, { deterministic }, { profile }, { daily }, { mmpp }, { recorded }, { closed }, found "50/s"',
      ],
      [
        'by nothing',
        '{ poisson: 50/s }',
        '{}',
        's.yaml:9:49: world.traffic[0].arrivals: expected one of { poisson }, { deterministic }, { profile }, { daily }, { mmpp }, { recorded }, { closed }, found an empty map',
      ],
      [
        'above all',
        'serviceTime: 20ms',
        'serviceTime: 20ms\n      errorRate: 150%',
        's.yaml:8:18: world.services.checkout.errorRate: expected 0% to 100%, found "150%"',
      ],
      [
        'without its sign',
        'serviceTime: 20ms',
        'serviceTime: 20ms\n      errorRate: 1.5',
        's.yaml:8:18: world.services.checkout.errorRate: expected 0% to 100%, found 1.5',
      ],
      [
        'in words',
        'serviceTime: 20ms',
        'serviceTime: 20ms\n      errorRate: few',
        's.yaml:8:18: world.services.checkout.errorRate: expected a share such as 50% or 0.5, found "few"',
      ],
      [
        'whose points are not in the order of time',
        'poisson: 50/s',
        'profile: [{ at: 1s, rate: 3/s }, { at: 0s, rate: 2/s }]',
        's.yaml:9:90: world.traffic[0].arrivals.profile[1].at: points must stand in the order of time, found 0s',
      ],
    ])('%s', (_, part, by, ...says) => {
      expect(saidOf(part, by, says)).toEqual(says);
    });
  });

  describe('a parameter out of its range', () => {
    it.each<Mistake>([
      [
        'with the source of the range',
        'policy: countWindow',
        'policy: resilience4j, failureRateThreshold: 120%',
        's.yaml:18:92: edges[0].layers[2].failureRateThreshold: expected 0% to 100% (Resilience4j CircuitBreakerConfig.java), found "120%"',
      ],
      [
        'with the smallest that a product takes',
        'policy: countWindow',
        'policy: resilience4j, waitDurationInOpenState: 0s',
        's.yaml:18:95: edges[0].layers[2].waitDurationInOpenState: expected at least 1ms (Resilience4j CircuitBreakerConfig.java), found "0s"',
      ],
      [
        'that a check of the policy refuses',
        'policy: countWindow',
        'policy: resilience4j, failureRateThreshold: 0%',
        's.yaml:18:92: edges[0].layers[2].failureRateThreshold: failureRateThreshold must be above 0%',
      ],
      [
        'of a relation between two',
        'max: 8',
        'min: 9, max: 8',
        's.yaml:20:76: autoscalers[0].min: min is 9, but max is only 8; min must not be above max',
      ],
      [
        'where a word is allowed too',
        'kind: loadBalancer',
        'kind: loadBalancer, choices: 100',
        's.yaml:16:56: edges[0].layers[0].choices: expected 1 to 64 or `all`, found 100',
      ],
      [
        'of a kind',
        'duration: 10s',
        'duration: 10s\nreplications: 0',
        's.yaml:3:15: replications: expected 1 to 100000, found 0',
      ],
      [
        'where a map is allowed too',
        'instances: 4',
        'instances: 0',
        's.yaml:6:18: world.services.checkout.instances: expected 1 to 65536, found 0',
      ],
    ])('%s', (_, part, by, ...says) => {
      expect(saidOf(part, by, says)).toEqual(says);
    });
  });
});
