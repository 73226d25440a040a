import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SECOND } from '../../../kernel/time.ts';
import { NginxPeers } from './nginx-peers.ts';
import { nginxRoundRobin, pickSmoothly } from './smooth-weighted-round-robin.ts';
import { indices, tally } from './testing/scripted-random.ts';

const defaults = z.object(nginxRoundRobin.parameters).parse({});

function peersOf(weights: readonly number[], overrides = {}): NginxPeers {
  const peers = new NginxPeers({ ...defaults, ...overrides }, weights);
  peers.refresh(indices(weights.length), weights.length);
  return peers;
}

function picks(peers: NginxPeers, count: number, now = 0): number[] {
  return Array.from({ length: count }, () => pickSmoothly(peers, now));
}

describe('smooth weighted round robin', () => {
  it('spreads the picks of a heavy server, as in the product’s own example', () => {
    expect(picks(peersOf([5, 1, 1]), 7)).toEqual([0, 0, 1, 0, 2, 0, 0]);
  });

  it('gives each server exactly its weight in every cycle', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 }), (weights) => {
        const peers = peersOf(weights);
        const cycle = weights.reduce((sum, weight) => sum + weight, 0);
        for (let turn = 0; turn < 3; turn++) {
          expect(tally(weights.length, cycle, () => pickSmoothly(peers, 0))).toEqual(weights);
        }
      }),
    );
  });

  it('skips what the request has tried, what is down and what is full', () => {
    const peers = peersOf([1, 1, 1, 1], { maxConns: 1 });
    peers.setDown(1, true);
    peers.picked(2, 0, 0);
    expect(pickSmoothly(peers, 0, [1, 0, 0, 0])).toBe(3);
    expect(pickSmoothly(peers, 0, [1, 0, 0, 1])).toBe(-1);
  });
});

describe('a server that fails', () => {
  it('is skipped after one failure, for longer than ten whole seconds', () => {
    const peers = peersOf([1, 1]);
    expect(picks(peers, 1)).toEqual([0]);
    peers.ended(0, 0.9 * SECOND, true);
    const usable = [1, 10, 10.999, 11].map((second) => peers.usable(0, second * SECOND));
    expect(usable).toEqual([false, false, false, true]);
  });

  it('is let in again one request at a time, and is well once that succeeds', () => {
    const peers = peersOf([1, 1]);
    expect(picks(peers, 2)).toEqual([0, 1]);
    peers.ended(0, 0, true);
    peers.ended(1, 0, false);
    expect(picks(peers, 2, 11 * SECOND)).toEqual([1, 0]);
    // The pick itself checks it: the next has to wait for another ten seconds.
    expect(peers.usable(0, 11 * SECOND)).toBe(false);
    peers.ended(0, 12 * SECOND, false);
    expect([peers.usable(0, 12 * SECOND), peers.fails[0]]).toEqual([true, 0]);
  });

  it('comes back with a lowered weight that grows by one with each pick', () => {
    const peers = peersOf([4, 4], { maxFails: 2 });
    peers.picked(0, 0, 0);
    peers.ended(0, 0, true);
    expect(peers.effectiveWeights[0]).toBe(2);
    picks(peers, 1);
    expect(peers.effectiveWeights[0]).toBe(3);
    picks(peers, 3);
    expect(peers.effectiveWeights[0]).toBe(4);
  });

  it('is never skipped where maxFails is 0, or where it is the only one', () => {
    const tolerant = peersOf([1, 1], { maxFails: 0 });
    const alone = peersOf([1]);
    for (const peers of [tolerant, alone]) {
      peers.picked(0, 0, 0);
      peers.ended(0, 0, true);
      expect(peers.usable(0, 0)).toBe(true);
    }
  });

  it('is as good as new when it is added again', () => {
    const peers = peersOf([3, 1]);
    peers.picked(0, 0, 0);
    peers.ended(0, 0, true);
    peers.add(0);
    expect([peers.usable(0, 0), peers.effectiveWeights[0], peers.conns[0]]).toEqual([true, 3, 0]);
  });
});
