import { describe, expect, it } from 'vitest';
import { complaintsOf } from './testing/small-scenario.ts';
import { readRecording } from './recorded-arrivals.ts';
import { formatProblem } from './scenario-error.ts';

/** Mistakes in the parts of a world that only large ones have, and what is said of each. */

const WORLD = `name: world
duration: 10s
world:
  zones: { east: { region: x }, west: { region: y } }
  network: { sameZone: 1ms, links: [{ between: [east, west], delay: 30ms }] }
  services:
    gateway:
      instances: 2
      serviceTime: 5ms
      zones: [east, west]
      calls:
        - { quorum: 2, of: [{ to: stock, times: 3 }] }
        - { call: { to: payment, compensate: refund } }
    stock: { instances: 2, serviceTime: 5ms }
    payment: { instances: 2, serviceTime: 5ms }
    refund: { instances: 1, serviceTime: 5ms }
  traffic:
    - { name: shoppers, to: gateway, arrivals: { poisson: 50/s }, zone: east, retries: { tries: 2 } }
    - { name: bots, to: gateway, arrivals: { closed: { thinkTime: 1s } }, zone: west }
  faults:
    - { at: 2s, for: 1s, zoneLoss: { zone: east } }
    - { name: bad, at: 2s, for: 1s, push: { layer: limiter, set: { rate: 10/s }, share: 50% } }
edges:
  - { from: shoppers, to: gateway, layers: [{ name: limiter, kind: rateLimiter, rate: 100/s, burst: 5 }] }
  - { from: gateway, to: payment, layers: [] }
`;

type Mistake = readonly [name: string, part: string, by: string, ...said: string[]];

function said(part: string, by: string): string[] {
  if (WORLD.split(part).length !== 2) throw new RangeError(`${part} must stand once in the world`);
  return complaintsOf(WORLD.replace(part, by));
}

it('has none as it stands', () => {
  expect(complaintsOf(WORLD)).toEqual([]);
});

describe('a mistake in a call graph', () => {
  it.each<Mistake>([
    [
      'services that call each other',
      'stock: { instances: 2, serviceTime: 5ms }',
      'stock: { instances: 2, serviceTime: 5ms, calls: [gateway] }',
      's.yaml:14:54: world.services.stock.calls[0]: services call each other in a circle: `gateway` > `stock` > `gateway`',
    ],
    [
      'a compensation that comes back',
      'refund: { instances: 1, serviceTime: 5ms }',
      'refund: { instances: 1, serviceTime: 5ms, calls: [{ all: [stock, gateway] }] }',
      's.yaml:16:70: world.services.refund.calls[0].all[1]: services call each other in a circle: `gateway` > `refund` > `gateway`',
    ],
    [
      'a service that calls itself',
      'payment: { instances: 2, serviceTime: 5ms }',
      'payment: { instances: 2, serviceTime: 5ms, calls: [payment] }',
      's.yaml:15:56: world.services.payment.calls[0]: services call each other in a circle: `payment` > `payment`',
    ],
    [
      'a quorum that is larger than the fan-out',
      'quorum: 2, of: [{ to: stock, times: 3 }]',
      'quorum: 4, of: [{ to: stock, times: 3 }]',
      's.yaml:12:21: world.services.gateway.calls[0].quorum: a quorum of at most 3, the number of calls in `of`, found 4',
    ],
    [
      'a quorum of nothing',
      'quorum: 2, of: [{ to: stock, times: 3 }]',
      'quorum: 2',
      's.yaml:12:11: world.services.gateway.calls[0]: `of` is missing: `quorum` says how many of `of` must end well',
    ],
    [
      'calls without how many are needed',
      'quorum: 2, of: [{ to: stock, times: 3 }]',
      'of: [stock]',
      's.yaml:12:11: world.services.gateway.calls[0]: `quorum` is missing: `quorum` says how many of `of` must end well',
    ],
    [
      'two ways to call at once',
      'quorum: 2, of: [{ to: stock, times: 3 }]',
      'all: [stock], first: [stock]',
      's.yaml:12:11: world.services.gateway.calls[0]: expected one of call, all, first, of, found all and first',
    ],
    [
      'an empty fan-out',
      'quorum: 2, of: [{ to: stock, times: 3 }]',
      'all: []',
      's.yaml:12:18: world.services.gateway.calls[0].all: expected at least 1 entry, found an empty list',
    ],
    [
      'a call of a service that is not there',
      '- { call: { to: payment',
      '- { call: { to: paiment',
      's.yaml:13:25: world.services.gateway.calls[1].call.to: unknown service `paiment`; did you mean `payment`?',
    ],
    [
      'a compensation that is not there',
      'compensate: refund',
      'compensate: refnd',
      's.yaml:13:46: world.services.gateway.calls[1].call.compensate: unknown service `refnd`; did you mean `refund`?',
    ],
    [
      'work without the slot that it needs',
      '- { call: { to: payment, compensate: refund } }',
      '- { work: 1ms, call: payment }\n      holds: none',
      's.yaml:13:19: world.services.gateway.calls[1].work: work between calls needs the slot, which `holds: none` has given up',
    ],
    [
      'an edge for a call that is not made',
      'from: gateway, to: payment',
      'from: stock, to: payment',
      's.yaml:25:24: edges[1].to: `stock` calls no service',
    ],
    [
      'an edge to a service that the traffic does not call',
      'from: gateway, to: payment',
      'from: bots, to: payment',
      's.yaml:25:23: edges[1].to: `bots` does not call `payment` but `gateway`',
    ],
  ])('%s', (_name, part, by, ...messages) => {
    expect(said(part, by)).toEqual(messages);
  });
});

describe('a mistake in zones and network', () => {
  it.each<Mistake>([
    [
      'a zone of instances that is named nowhere',
      'zones: [east, west]',
      'zones: [east, wst]',
      's.yaml:10:21: world.services.gateway.zones[1]: unknown zone `wst`; did you mean `west`?',
    ],
    [
      'a zone of traffic that is named nowhere',
      'poisson: 50/s }, zone: east',
      'poisson: 50/s }, zone: north',
      's.yaml:18:73: world.traffic[0].zone: unknown zone `north` (known: east, west)',
    ],
    [
      'traffic without a zone',
      'poisson: 50/s }, zone: east',
      'poisson: 50/s }',
      's.yaml:18:7: world.traffic[0]: `zone` is missing: where are the clients of `shoppers`?',
    ],
    [
      'a fault of a zone that is named nowhere',
      'zoneLoss: { zone: east }',
      'zoneLoss: { zone: eat }',
      's.yaml:21:44: world.faults[0].zoneLoss.zone: unknown zone `eat`; did you mean `east`?',
    ],
    [
      'a link to a zone that is named nowhere',
      'between: [east, west], delay',
      'between: [east, nowhere], delay',
      's.yaml:5:55: world.network.links[0].between[1]: unknown zone `nowhere` (known: east, west)',
    ],
    [
      'a link between three',
      'between: [east, west], delay',
      'between: [east, west, east], delay',
      's.yaml:5:48: world.network.links[0].between: expected two zones such as [east-a, west-a], found a list of 3',
    ],
    [
      'a partition without a second zone',
      'zoneLoss: { zone: east }',
      'partition: { between: [east] }',
      's.yaml:21:48: world.faults[0].partition.between: expected two zones such as [east-a, west-a], found a list of 1',
    ],
  ])('%s', (_name, part, by, ...messages) => {
    expect(said(part, by)).toEqual(messages);
  });

  it('a network without zones', () => {
    const text = WORLD.replace(/^  zones: .*\n/m, '');
    expect(complaintsOf(text)).toEqual([
      's.yaml:4:3: world.network: `network` needs `zones`: between what?',
      's.yaml:9:15: world.services.gateway.zones[0]: no zone `east`: the world has no `zones`',
      's.yaml:9:21: world.services.gateway.zones[1]: no zone `west`: the world has no `zones`',
      's.yaml:17:73: world.traffic[0].zone: no zone `east`: the world has no `zones`',
      's.yaml:18:81: world.traffic[1].zone: no zone `west`: the world has no `zones`',
      's.yaml:20:44: world.faults[0].zoneLoss.zone: no zone `east`: the world has no `zones`',
    ]);
  });

  it('the same zone twice', () => {
    const text = WORLD.replace(/^  zones: .*\n/m, '  zones: [east, west, east]\n');
    expect(complaintsOf(text)).toEqual(['s.yaml:4:23: world.zones[2]: another zone is called `east` already']);
  });
});

describe('a mistake in traffic and faults of layers', () => {
  it.each<Mistake>([
    [
      'a surge of a closed loop',
      'zoneLoss: { zone: east }',
      'surge: { traffic: bots, factor: 2 }',
      's.yaml:21:44: world.faults[0].surge.traffic: `bots` is a closed loop: it has no rate that could surge',
    ],
    [
      'a wave that would go below nothing',
      'arrivals: { poisson: 50/s }',
      'arrivals: { daily: { mean: 10/s, peak: 30/s } }',
      's.yaml:18:77: world.traffic[0].arrivals.daily.peak: the peak of a wave around 10/s is from 10/s to 20/s, found 30/s',
    ],
    [
      'bursts without a rate',
      'arrivals: { poisson: 50/s }',
      'arrivals: { mmpp: [{ rate: 0/s, mean: 1s }, { rate: 0/s, mean: 1s }] }',
      's.yaml:18:56: world.traffic[0].arrivals.mmpp: the rate of every state is 0: no request would come',
    ],
    [
      'bursts of one state',
      'arrivals: { poisson: 50/s }',
      'arrivals: { mmpp: [{ rate: 5/s, mean: 1s }] }',
      's.yaml:18:56: world.traffic[0].arrivals.mmpp: expected at least 2 entries, found a list of 1',
    ],
    [
      'recorded times out of order',
      'arrivals: { poisson: 50/s }',
      'arrivals: { recorded: [1s, 3s, 2s] }',
      's.yaml:18:69: world.traffic[0].arrivals.recorded[2]: times must stand in the order of time, found 2s',
    ],
    [
      'retries with an unknown parameter',
      'retries: { tries: 2 }',
      'retries: { tris: 2 }',
      's.yaml:18:90: world.traffic[0].retries.tris: unknown field `tris`; did you mean `tries`?',
    ],
    [
      'retries of an unknown policy',
      'retries: { tries: 2 }',
      'retries: { policy: exponental }',
      's.yaml:18:98: world.traffic[0].retries.policy: unknown policy of retry `exponental`; did you mean `exponential`?',
    ],
    [
      'a push of an unknown setting',
      'set: { rate: 10/s }',
      'set: { rat: 10/s }',
      's.yaml:22:68: world.faults[1].push.set.rat: unknown field `rat`; did you mean `rate`?',
    ],
    [
      'a push of a setting that cannot be',
      'set: { rate: 10/s }',
      'set: { rate: fast }',
      's.yaml:22:74: world.faults[1].push.set.rate: expected a rate such as 900/s or 30/m, found "fast"',
    ],
    [
      'a push to a layer that is not there',
      'push: { layer: limiter',
      'push: { layer: limitr',
      's.yaml:22:52: world.faults[1].push.layer: unknown layer `limitr`; did you mean `limiter`?',
    ],
    [
      'a push to a share beyond all',
      'share: 50%',
      'share: 150%',
      's.yaml:22:89: world.faults[1].push.share: expected 0% to 100%, found "150%"',
    ],
    [
      'a layer that is not there goes down',
      'zoneLoss: { zone: east }',
      'layerDown: { layer: breaker }',
      's.yaml:21:46: world.faults[0].layerDown.layer: unknown layer `breaker` (known: limiter)',
    ],
    [
      'a fault of a zone and a service at once',
      'zoneLoss: { zone: east }',
      'zoneLoss: { zone: east }, crash: { service: stock, instances: all }',
      's.yaml:21:7: world.faults[0]: expected exactly one of slow, freeze, capacity, crash, errors, wrong, gray, surge, dependency, zoneLoss, partition, networkDelay, replicas, layerDown, layerReset, layerSaturated, push, hotfix, telemetry, found crash and zoneLoss',
    ],
    [
      'a negative number of copies',
      'burst: 5 }',
      'burst: 5, copies: 0 }',
      's.yaml:24:112: edges[0].layers[0].copies: expected one of shared, perClient, perCallerInstance or 1 to 100000, found 0',
    ],
    [
      'copies of an unknown sort',
      'burst: 5 }',
      'burst: 5, copies: perServer }',
      's.yaml:24:112: edges[0].layers[0].copies: expected one of shared, perClient, perCallerInstance or a whole number, found "perServer"',
    ],
    [
      'a fallback for what is no failure',
      'burst: 5 }',
      'burst: 5, fallback: { on: [ok] } }',
      's.yaml:24:121: edges[0].layers[0].fallback.on[0]: expected one of error, refused, limited, timedOut, found "ok"',
    ],
  ])('%s', (_name, part, by, ...messages) => {
    expect(said(part, by)).toEqual(messages);
  });
});

describe('a recorded trace', () => {
  const complaints = (...lines: string[]): string[] =>
    readRecording(lines.join('\n'), 'trace.csv', ['gold', 'lead']).problems.map(formatProblem);

  it('of times alone, or with all that is known, has none', () => {
    expect(complaints('time', '0.5', '1s', '', '# a comment', '1500ms')).toEqual([]);
    expect(complaints('time,client,class,demand', '1s, ann ,gold,20ms', '1s,"bob",lead,0.5')).toEqual([]);
  });

  it.each<readonly [string, readonly string[], readonly string[]]>([
    ['out of order', ['time', '2s', '1s'], ['trace.csv:3:1: arrivals must stand in the order of time, found 1s']],
    [
      'with broken lines',
      ['time,client', '1s,ann', 'soon,ann', '2s', '-1s,bob', '3s,a,b'],
      [
        'trace.csv:3:1: expected a time such as 1.5s or 1.5, found `soon`',
        'trace.csv:4:1: expected 2 values, as in the first line, found 1',
        'trace.csv:5:1: expected a time such as 1.5s or 1.5, found `-1s`',
        'trace.csv:6:1: expected 2 values, as in the first line, found 3',
      ],
    ],
    [
      'with an unknown column',
      ['time,clint', '1s,ann'],
      ['trace.csv:1:6: unknown column `clint`; did you mean `client`?'],
    ],
    [
      'without the column of times',
      ['client', 'ann'],
      ['trace.csv:1:1: the first line must name the columns, `time` among them'],
    ],
    [
      'with an unknown class',
      ['time,class', '1s,gold', '2s,silver', '3s,led'],
      [
        'trace.csv:3:4: unknown class `silver` (known: gold, lead)',
        'trace.csv:4:4: unknown class `led`; did you mean `lead`?',
      ],
    ],
    [
      'with a demand that is none',
      ['time,demand', '1s,much'],
      ['trace.csv:2:4: expected a duration such as 80ms or 0.08, found `much`'],
    ],
    ['that is empty', [''], ['trace.csv:1:1: the first line must name the columns, `time` among them']],
    ['without an arrival', ['time'], ['trace.csv:1:1: there is no arrival']],
    ['with one column twice', ['time,time', '1s,2s'], ['trace.csv:1:6: another column is called `time` already']],
  ])('%s', (_name, lines, messages) => {
    expect(complaints(...lines)).toEqual(messages);
  });

  it('with very many broken lines tells the first twenty', () => {
    expect(complaints('time', ...Array.from({ length: 500 }, () => 'x'))).toHaveLength(20);
  });

  it('of ten thousand clients gives each its own number, the same for the same text', () => {
    const { recording } = readRecording('time,client\n1,ann\n2,bob\n3,ann', 'trace.csv', []);
    expect(recording.clients).toEqual([0, 1, 0]);
    expect(recording.times).toEqual([1e9, 2e9, 3e9]);
  });
});
