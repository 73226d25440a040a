import { describe, expect, it } from 'vitest';
import { MOST_PROBLEMS } from './complaints.ts';
import { broken, complaintsOf, problemsOf, SMALL } from './testing/small-scenario.ts';

describe('several mistakes in one file', () => {
  it('are all told, in the order of the file', () => {
    const text = SMALL.replace('duration: 10s', 'duration: 10')
      .replace('instances: 4', 'instances: four')
      .replace('to: checkout, arr', 'to: chekout, arr')
      .replace('crash: { service: checkout', 'crash: { service: checkut')
      .replace('kind: retry, tries: 2', 'kind: retri, tries: 2')
      .replace('policy: countWindow', 'policy: countWindow, window: lots')
      .replace('service: checkout, max: 8', 'service: chekout, max: 0')
      .replace('without: [balancer]', 'without: [balancr], set: { breaker.mode: off, breaker.windw: 3 }')
      .replace('success >= 1%', 'success => 1%');
    expect(complaintsOf(text).map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
      's.yaml:2:11: duration',
      's.yaml:6:18: world.services.checkout.instances',
      's.yaml:9:29: world.traffic[0].to',
      's.yaml:11:44: world.faults[0].crash.service',
      's.yaml:17:32: edges[0].layers[1].kind',
      's.yaml:18:77: edges[0].layers[2].window',
      's.yaml:20:61: autoscalers[0].service',
      's.yaml:20:75: autoscalers[0].max',
      's.yaml:22:21: designs.bald.without[0]',
      's.yaml:24:13: expect[0].that',
    ]);
  });

  it('are told once, though every design shares them', () => {
    const designs = 'without: [balancer] }\n  again: { set: { sidecar.tries: 3 } }\n  more: { age: 0 }';
    const text = SMALL.replace('without: [balancer] }', designs).replace('policy: countWindow', 'policy: countWindw');
    expect(complaintsOf(text)).toHaveLength(1);
  });

  it('are told of a stack once, though every design shares it', () => {
    const text = SMALL.replace('kind: retry, tries: 2', 'kind: loadBalancer').replace(
      'without: [balancer] }',
      'set: { breaker.key: client } }\n  more: { age: 0 }',
    );
    expect(complaintsOf(text)).toEqual([
      's.yaml:17:9: edges[0].layers[1]: two balancers on one edge: `balancer` has chosen the instance already',
    ]);
  });

  it('of one layer hide nothing of the others', () => {
    const text = SMALL.replace('kind: loadBalancer', 'kind: loadBalancer, choices: 0').replace('tries: 2', 'tries: 0');
    expect(complaintsOf(text)).toHaveLength(2);
  });

  it('do not follow from each other', () => {
    // Without a valid balancer nobody knows what the layers inside it may be keyed by.
    const text = SMALL.replace('kind: loadBalancer', 'kind: loadBalancr').replace(
      'policy: countWindow',
      'policy: countWindow, key: instance',
    );
    expect(complaintsOf(text)).toEqual([
      's.yaml:16:33: edges[0].layers[0].kind: unknown kind `loadBalancr`; did you mean `loadBalancer`?',
    ]);
  });

  it('are told up to a limit', () => {
    const text = SMALL.replace('  faults:\n', `  faults:\n${'    - { at: 1 }\n'.repeat(2 * MOST_PROBLEMS)}`);
    expect(problemsOf(text)).toHaveLength(MOST_PROBLEMS);
  });

  it('of many unknown fields in one map are counted', () => {
    const fields = Array.from({ length: 30 }, (_, i) => `unknown${i}: 1`).join(', ');
    const says = broken('tries: 2', fields);
    expect(says).toHaveLength(21);
    expect(says.join('\n')).toContain('10 more unknown fields');
  });
});

describe('a problem', () => {
  it('says the place, the path, what stands there, what was expected, and the nearest name', () => {
    expect(problemsOf(SMALL.replace('tries: 2', 'tries: 2, reselect: onw'))).toEqual([
      {
        file: 's.yaml',
        line: 17,
        column: 59,
        path: 'edges[0].layers[1].reselect',
        message: 'expected one of none, own',
        found: '"onw"',
        hint: 'own',
      },
    ]);
  });

  it('has a place though what it is about is not in the file', () => {
    expect(problemsOf('name: x')).toEqual([
      expect.objectContaining({ line: 1, column: 1, path: '' }),
      expect.objectContaining({ line: 1, column: 1, path: '' }),
    ]);
  });
});
