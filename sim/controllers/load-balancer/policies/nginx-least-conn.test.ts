import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SECOND } from '../../../kernel/time.ts';
import { nginxLeastConn, pickLeastConn } from './nginx-least-conn.ts';
import { NginxPeers } from './nginx-peers.ts';
import { indices, tally } from './testing/scripted-random.ts';

const defaults = z.object(nginxLeastConn.parameters).parse({});

function peersOf(weights: readonly number[], conns: readonly number[] = [], overrides = {}): NginxPeers {
  const peers = new NginxPeers({ ...defaults, ...overrides }, weights);
  peers.refresh(indices(weights.length), weights.length);
  peers.conns.set(conns);
  return peers;
}

describe('least connections', () => {
  it('has the product’s defaults', () => {
    expect(defaults).toEqual({ maxFails: 1, failTimeout: 10 * SECOND, maxConns: 0 });
  });

  it('divides connections by weight', () => {
    expect(pickLeastConn(peersOf([1, 4, 2], [1, 3, 2]), 0)).toBe(1);
  });

  it('takes turns among those that tie', () => {
    const peers = peersOf([1, 1, 1, 1], [0, 5, 0, 0]);
    const order = Array.from({ length: 6 }, () => {
      const host = pickLeastConn(peers, 0);
      peers.ended(host, 0, false);
      return host;
    });
    expect(order).toEqual([0, 2, 3, 0, 2, 3]);
  });

  it('takes turns by weight among idle servers', () => {
    const peers = peersOf([3, 1]);
    const counts = tally(2, 400, () => {
      const host = pickLeastConn(peers, 0);
      peers.ended(host, 0, false);
      return host;
    });
    expect(counts).toEqual([300, 100]);
  });

  it('skips servers that are down, full, failing or tried', () => {
    const peers = peersOf([1, 1, 1, 1, 1], [0, 1, 2, 2, 9], { maxConns: 9 });
    peers.setDown(0, true);
    peers.picked(1, 0, 0);
    peers.ended(1, 0, true);
    expect(pickLeastConn(peers, SECOND, [0, 0, 1, 0, 0])).toBe(3);
    expect(pickLeastConn(peers, SECOND, [0, 0, 1, 1, 0])).toBe(-1);
    expect(pickLeastConn(peers, 11 * SECOND, [0, 0, 1, 1, 0])).toBe(1);
  });

  it('is what a plain scan finds', () => {
    const server = fc.record({ weight: fc.integer({ min: 1, max: 9 }), conns: fc.nat(30), down: fc.boolean() });
    fc.assert(
      fc.property(fc.array(server, { minLength: 1, maxLength: 15 }), (servers) => {
        const peers = peersOf(
          servers.map(({ weight }) => weight),
          servers.map(({ conns }) => conns),
        );
        for (const [host, { down }] of servers.entries()) peers.setDown(host, down);
        const up = servers.filter(({ down }) => !down);
        const picked = pickLeastConn(peers, 0);
        if (up.length === 0) {
          expect(picked).toBe(-1);
        } else {
          const least = Math.min(...up.map(({ conns, weight }) => conns / weight));
          expect(servers[picked].down).toBe(false);
          expect(servers[picked].conns / servers[picked].weight).toBe(least);
          expect(peers.conns[picked]).toBe(servers[picked].conns + 1);
        }
      }),
    );
  });
});
