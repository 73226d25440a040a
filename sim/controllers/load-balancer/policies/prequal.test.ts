import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parameterMeta } from '../../parameters.ts';
import { MILLISECOND, SECOND } from '../../../kernel/time.ts';
import type { PrequalConfig } from './prequal.ts';
import { Prequal, prequal } from './prequal.ts';
import { drawOf, fairRandom, indices, ScriptedRandom, tally } from './testing/scripted-random.ts';

const defaults = z.object(prequal.parameters).parse({});
const HOSTS = 100;
const hosts = indices(HOSTS);
const unused = new ScriptedRandom([]);
/** Nothing is removed, and a probe lasts: only the rule of choice shows. */
const lasting = { removalsPerRequest: 0, probesPerRequest: 3, reuseDelta: 1000, rifQuantile: 0.8 };

function balancer(overrides: Partial<PrequalConfig> = {}): Prequal {
  return new Prequal({ ...defaults, ...overrides });
}

function add(made: Prequal, host: number, rif: number, latency: number, now = 0): void {
  made.add(host, rif, latency, now, HOSTS, fairRandom(`probe of ${host}`));
}

describe('the numbers of Prequal', () => {
  it('are all marked as unconfirmed', () => {
    for (const schema of Object.values(prequal.parameters)) expect(parameterMeta(schema)?.unconfirmed).toBe(true);
  });
});

describe('the choice among probes', () => {
  it('takes the cold one of the lowest latency, whatever its load', () => {
    const made = balancer(lasting);
    add(made, 1, 9, 10);
    add(made, 2, 3, 40);
    add(made, 3, 8, 20);
    add(made, 4, 0, 70);
    add(made, 5, 1, 60);
    // The quantile 0.8 of 9, 3, 8, 0, 1 is 8: host 1 is hot, though it is the fastest.
    expect(made.pick(0, unused, hosts, HOSTS)).toBe(3);
  });

  it('takes the hot one of the fewest requests in flight if all are hot', () => {
    const made = balancer({ ...lasting, rifQuantile: 0, rifWindow: 3 });
    add(made, 1, 7, 10);
    add(made, 2, 5, 90);
    add(made, 3, 6, 20);
    made.removeHost(9);
    // The least of the last three is 5: host 2 is cold until it has been used, then all are hot.
    expect(made.pick(0, unused, hosts, HOSTS)).toBe(2);
    expect([1, 2, 3].map(() => made.pick(0, unused, hosts, HOSTS))).toEqual([2, 3, 1]);
  });

  it('counts its own use of a probe as a request in flight', () => {
    const made = balancer({ ...lasting, rifQuantile: 1 });
    add(made, 1, 4, 10);
    add(made, 2, 5, 20);
    // The limit is 5: after two uses host 1 has 6 in flight and is hot.
    expect([1, 2, 3].map(() => made.pick(0, unused, hosts, HOSTS))).toEqual([1, 1, 2]);
  });

  it('is random with fewer probes than the least', () => {
    const made = balancer(lasting);
    add(made, 1, 0, 10);
    expect(made.pick(0, new ScriptedRandom([drawOf(42, HOSTS)]), hosts, HOSTS)).toBe(42);
    expect(made.pick(0, unused, [], 0)).toBe(-1);
  });
});

describe('the pool', () => {
  it('forgets probes that are too old', () => {
    const made = balancer(lasting);
    add(made, 1, 0, 10, 0);
    add(made, 2, 0, 20, 500 * MILLISECOND);
    add(made, 3, 0, 30, 900 * MILLISECOND);
    expect(made.pick(SECOND, unused, hosts, HOSTS)).toBe(1);
    expect(made.pick(SECOND + 1, unused, hosts, HOSTS)).toBe(2);
  });

  it('makes room by dropping the oldest', () => {
    const made = balancer({ ...lasting, poolSize: 3, rifQuantile: 1 });
    for (const host of [1, 2, 3, 4]) add(made, host, 0, host, host);
    expect([made.count, made.pick(4, unused, hosts, HOSTS)]).toEqual([3, 2]);
  });

  it('forgets the probes of a host that leaves', () => {
    const made = balancer({ ...lasting, rifQuantile: 1 });
    for (const host of [1, 2, 1, 3]) add(made, host, 0, host);
    made.removeHost(1);
    expect([made.count, made.pick(0, unused, hosts, HOSTS)]).toEqual([2, 2]);
  });

  it('loses the oldest and the worst in turns, one a request', () => {
    const made = balancer({ ...lasting, rifQuantile: 1, removalsPerRequest: 1, probesPerRequest: 50, minimumPool: 1 });
    // A probe of much load, soon gone, leaves a limit that own uses do not reach.
    add(made, 99, 50, 5);
    made.removeHost(99);
    for (const [host, latency] of [60, 10, 90, 20, 70].entries()) add(made, host, 0, latency, host);
    // Requests go to host 1; hosts 0 (oldest), 2 (slowest), then 1 itself (oldest) are removed.
    expect([1, 2, 3, 4].map(() => made.pick(5, unused, hosts, HOSTS))).toEqual([1, 1, 1, 3]);
  });

  it('removes fractions of a probe as they add up', () => {
    const made = balancer({ ...lasting, rifQuantile: 1, removalsPerRequest: 0.5, probesPerRequest: 50 });
    for (let host = 0; host < 10; host++) add(made, host, 0, host, host);
    const counts = [1, 2, 3, 4].map(() => {
      made.pick(10, unused, hosts, HOSTS);
      return made.count;
    });
    expect(counts).toEqual([10, 9, 9, 8]);
  });

  it('never holds more than its size, nor a host that is not there', () => {
    const act = fc.record({ host: fc.nat(9), rif: fc.nat(20), gap: fc.nat(300), picks: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const made = balancer({ poolSize: 5 });
        const random = fairRandom('story');
        let now = 0;
        for (const { host, rif, gap, picks } of acts) {
          now += gap * MILLISECOND;
          made.add(host, rif, rif * 10, now, 10, random);
          expect(made.count).toBeLessThanOrEqual(5);
          for (let i = 0; i < picks; i++) expect(made.pick(now, random, indices(10), 10)).toBeLessThan(10);
        }
      }),
    );
  });
});

describe('the limit of reuse', () => {
  it('is (1 + delta) / ((1 - pool / hosts) probes - removals), at least 1', () => {
    // (1 - 16 / 100) * 3 - 1 = 1.52.
    expect(balancer().reuseLimit(100)).toBeCloseTo(2 / 1.52, 12);
    expect(balancer({ probesPerRequest: 30 }).reuseLimit(100)).toBe(1);
    expect(balancer().reuseLimit(16)).toBe(Infinity);
  });

  it('is drawn where it is a fraction, and spent use by use', () => {
    // 2 / 1.52 = 1.3158: a second use with chance 0.3158.
    const usesWith = (draw: number): number => {
      const made = balancer({ minimumPool: 1, removalsPerRequest: 0, probesPerRequest: 1.52 / 0.84 });
      made.add(7, 0, 5, 0, HOSTS, new ScriptedRandom([draw]));
      let uses = 0;
      for (; made.count > 0; uses++) expect(made.pick(0, unused, hosts, HOSTS)).toBe(7);
      return uses;
    };
    expect([usesWith(0.31), usesWith(0.32)]).toEqual([2, 1]);
  });
});

describe('the probes of a request', () => {
  it('are as many on average as configured', () => {
    const made = balancer({ probesPerRequest: 2.25 });
    const random = fairRandom('probes');
    let sent = 0;
    for (let i = 0; i < 20_000; i++) sent += made.probes(random);
    expect(Math.abs(sent / 20_000 - 2.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 20_000));
  });

  it('go to distinct hosts, each as likely', () => {
    const made = balancer();
    const random = fairRandom('targets');
    const targets = new Int32Array(3);
    const few = [2, 4, 6, 8, 9];
    const counts = tally(10, 3 * 10_000, () => {
      const next = counted++ % 3;
      if (next === 0) {
        expect(made.targets(random, few, 5, 3, targets)).toBe(3);
        expect(new Set(targets).size).toBe(3);
      }
      return targets[next];
    });
    for (const host of few) expect(Math.abs(counts[host] / 10_000 - 0.6)).toBeLessThan(4 * Math.sqrt(0.24 / 10_000));
  });

  let counted = 0;

  it('are no more than there are hosts', () => {
    const targets = new Int32Array(5);
    expect(balancer().targets(fairRandom('few'), [3, 1], 2, 5, targets)).toBe(2);
    expect(Array.from(targets.subarray(0, 2)).toSorted()).toEqual([1, 3]);
  });
});
