import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { HaproxyLeastconn, haproxyLeastconn } from './haproxy-leastconn.ts';

const defaults = z.object(haproxyLeastconn.parameters).parse({});

function balancer(weights: readonly number[], overrides = {}): HaproxyLeastconn {
  const made = new HaproxyLeastconn({ ...defaults, ...overrides }, weights);
  for (const host of weights.keys()) made.setUp(host, true);
  return made;
}

function taken(made: HaproxyLeastconn, count: number): number[] {
  return Array.from({ length: count }, () => {
    const host = made.pick();
    made.take(host);
    return host;
  });
}

describe('leastconn', () => {
  it('begins with every idle server, whatever its weight', () => {
    expect(taken(balancer([1, 100, 10]), 3)).toEqual([0, 1, 2]);
  });

  it('then goes by (in flight + 1) / weight', () => {
    // Keys after one request each: 512, 128 and 256; host 1 reaches 256 after three, behind host 2.
    expect(taken(balancer([1, 4, 2]), 8)).toEqual([0, 1, 2, 1, 1, 2, 1, 1]);
  });

  it('puts a server that changed behind the others of its key', () => {
    const made = balancer([1, 1, 1]);
    const order = Array.from({ length: 6 }, () => {
      const host = made.pick();
      made.take(host);
      made.drop(host);
      return host;
    });
    expect(order).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it('cuts keys to whole numbers, so that near loads tie', () => {
    // 2 * 256 / 200 = 2.56 and 2 * 256 / 256 = 2: both 2.
    const made = balancer([200, 256]);
    taken(made, 2);
    expect(made.pick()).toBe(0);
  });

  it('skips a server that is full with its queue, until a request leaves it', () => {
    const made = balancer([1, 1], { maxconn: 2, maxqueue: 1 });
    expect(taken(made, 6)).toEqual([0, 1, 0, 1, 0, 1]);
    expect(made.pick()).toBe(-1);
    made.drop(1);
    expect(made.pick()).toBe(1);
  });

  it('avoids a server only as long as there is another', () => {
    const made = balancer([1, 1]);
    expect(made.pick(0)).toBe(1);
    made.setUp(1, false);
    expect(made.pick(0)).toBe(0);
    made.setUp(0, false);
    expect(made.pick(0)).toBe(-1);
  });

  it('is what a plain scan finds, ties first in, first out', () => {
    const act = fc.record({ op: fc.constantFrom('take', 'drop', 'up', 'avoid'), host: fc.nat(5) });
    const weights = fc.array(fc.integer({ min: 1, max: 256 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(weights, fc.array(act, { maxLength: 100 }), (weighing, acts) => {
        const made = new HaproxyLeastconn({ maxconn: 4, maxqueue: 0 }, weighing);
        let serial = 0;
        const naive = weighing.map((weight) => ({ weight, up: false, inflight: 0, serial: 0 }));
        const scan = (avoid: number): number => {
          const open = [...naive.keys()].filter((host) => naive[host].up && naive[host].inflight < 4);
          const key = (host: number): number => {
            const { inflight, weight } = naive[host];
            return inflight === 0 ? 0 : Math.floor(((inflight + 1) * 256) / weight);
          };
          open.sort((a, b) => key(a) - key(b) || naive[a].serial - naive[b].serial);
          return open.find((host) => host !== avoid) ?? open[0] ?? -1;
        };
        for (const { op, host } of acts) {
          if (op === 'avoid') {
            expect(made.pick(host)).toBe(scan(host));
            continue;
          }
          const moved = op === 'up' ? host : op === 'take' ? scan(-1) : host;
          if (op === 'take' && moved < 0) continue;
          if (op === 'drop' && naive[moved].inflight === 0) continue;
          if (op === 'up') made.setUp(moved, (naive[moved].up = !naive[moved].up));
          else if (op === 'take') made.take(moved);
          else made.drop(moved);
          naive[moved].inflight += op === 'take' ? 1 : op === 'drop' ? -1 : 0;
          naive[moved].serial = ++serial;
          expect(made.pick()).toBe(scan(-1));
        }
      }),
    );
  });
});
