import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../kernel/time.ts';
import type { ClusterAutoscalerConfig } from './cluster-autoscaler.ts';
import { ClusterAutoscaler, clusterAutoscaler } from './cluster-autoscaler.ts';
import { complaint, configOf } from './testing/config.ts';

const parse = (given: Record<string, unknown>): ClusterAutoscalerConfig => configOf(clusterAutoscaler, given);
const NODE_STARTUP = 210 * SECOND;
const cluster = (given: Record<string, unknown> = {}, startup: (ordinal: number) => number = () => NODE_STARTUP) =>
  new ClusterAutoscaler(parse({ podsPerNode: 4, maxNodes: 10, ...given }), { startup });

/** Schedules and scans every ten seconds up to `until` seconds. What was placed, and how many nodes there were, by second. */
function follow(
  nodes: ClusterAutoscaler,
  until: number,
  wanted: (second: number) => number,
): Map<number, [number, number]> {
  const seen = new Map<number, [number, number]>();
  for (let second = 0; second <= until; second += 10) {
    const placed = nodes.place(second * SECOND, wanted(second));
    nodes.scan(second * SECOND);
    seen.set(second, [placed, nodes.nodeCount]);
  }
  return seen;
}
/** The first second at which there are `count` nodes. */
function firstWith(seen: Map<number, [number, number]>, count: number): number | undefined {
  for (const [second, [, nodes]] of seen) if (nodes === count) return second;
  return undefined;
}

describe('adding nodes', () => {
  it('places what fits at once, and the rest when new nodes are ready', () => {
    const nodes = cluster();
    expect(nodes.place(0, 10)).toBe(4);
    nodes.scan(10 * SECOND);
    expect(nodes.nodeCount).toBe(3);
    expect(nodes.nextReady(10 * SECOND)).toBe(220 * SECOND);
    expect(nodes.place(219 * SECOND, 10)).toBe(4);
    expect(nodes.place(220 * SECOND, 10)).toBe(10);
    expect(nodes.nextReady(220 * SECOND)).toBe(Infinity);
  });

  it('counts nodes that are on their way', () => {
    const seen = follow(cluster(), 200, (second) => (second < 100 ? 8 : 12));
    expect([seen.get(90)?.[1], seen.get(200)?.[1]]).toEqual([2, 3]);
  });

  it('stops at the most nodes of its group', () => {
    expect(follow(cluster({ maxNodes: 2 }), 600, () => 40).get(600)).toEqual([8, 2]);
  });

  it('lets new pods wait for the scale-up delay first', () => {
    expect(
      firstWith(
        follow(cluster({ newPodScaleUpDelay: '30s' }), 60, () => 5),
        2,
      ),
    ).toBe(30);
  });

  it('asks for none where the pods are no longer wanted', () => {
    const nodes = cluster();
    nodes.place(0, 9);
    expect(nodes.place(SECOND, 4)).toBe(4);
    nodes.scan(10 * SECOND);
    expect(nodes.nodeCount).toBe(1);
  });
});

describe('nodes that never come', () => {
  it('are given up after the provision time, and asked for again after a back-off that doubles', () => {
    const nodes = cluster({}, () => Infinity);
    const seen = follow(nodes, 5000, () => 5);
    const changes: number[] = [];
    let before = 1;
    for (const [second, [, count]] of seen) {
      if (count !== before) changes.push(second);
      before = count;
    }
    // Asked for at once; given up at the scan after 15 minutes; 5, then 10 minutes of back-off.
    expect(changes).toEqual([0, 910, 1210, 2120, 2720, 3630, 4830]);
  });

  it('no longer count against a group that has done well for three hours', () => {
    const nodes = cluster({ backoffReset: '10m' }, () => Infinity);
    const seen = follow(nodes, 2500, () => 5);
    expect(seen.get(2410)?.[1]).toBe(1);
    expect(seen.get(2420)?.[1]).toBe(2);
  });
});

describe('removing nodes', () => {
  /** Three nodes full of pods at first, fewer pods later. */
  const shrink = (pods: number, given: Record<string, unknown> = {}, from = 1000) =>
    follow(cluster({ initialNodes: 3, ...given }), 4000, (second) => (second < from ? 12 : pods));

  it('waits until a node has been unneeded for strictly longer than the unneeded time', () => {
    // Four pods are left, on three nodes: 2, 1, 1. Those with one pod are below half; one of them can move.
    expect(firstWith(shrink(4), 2)).toBe(1000 + 610);
  });

  it('takes nodes in use one at a time, as long as their pods fit elsewhere', () => {
    // One pod on each of three nodes; the first to go moves its pod to the second, which then is needed.
    const seen = shrink(3);
    expect([firstWith(seen, 2), firstWith(seen, 1)]).toEqual([1610, 1620 + 610]);
    expect(seen.get(4000)).toEqual([3, 1]);
  });

  it('takes empty nodes together', () => {
    expect(firstWith(shrink(0, { minNodes: 0 }), 0)).toBe(1610);
    expect(shrink(0, { minNodes: 0 }).get(1600)).toEqual([0, 3]);
  });

  it('stops at the fewest nodes of its group', () => {
    expect(shrink(0, { minNodes: 2 }).get(4000)).toEqual([0, 2]);
  });

  it('keeps a node that is used for half or more', () => {
    expect(shrink(6).get(4000)).toEqual([6, 3]);
  });

  it('reports the pods that it evicts, which run elsewhere at once', () => {
    const nodes = cluster({ initialNodes: 2 });
    nodes.place(0, 2);
    nodes.scan(0);
    expect(nodes.scan(601 * SECOND)).toBe(1);
    expect([nodes.placed, nodes.nodeCount]).toEqual([2, 1]);
  });

  it('waits for ten minutes after a node was added', () => {
    const nodes = cluster({ initialNodes: 2, unneededTime: '1m' });
    const seen = follow(nodes, 2000, (second) => (second < 20 ? 9 : 1));
    // Asked for at 0; from 20 s on one pod is wanted, yet nothing goes before ten minutes have passed.
    expect([firstWith(seen, 3), seen.get(590)?.[1]]).toEqual([0, 3]);
    expect(seen.get(600)?.[1]).toBeLessThan(3);
  });

  it('waits after a removal where told to', () => {
    const slow = shrink(0, { scaleDownDelayAfterDelete: '5m', maxEmptyBulkDelete: 1 });
    const second = firstWith(slow, 2) ?? NaN;
    expect(firstWith(slow, 1)).toBe(second + 300);
  });
});

describe('parameters', () => {
  it('must agree on the nodes', () => {
    const check = (given: Record<string, unknown>) =>
      complaint(clusterAutoscaler, { podsPerNode: 4, maxNodes: 5, ...given });
    expect(check({})).toBeUndefined();
    expect(check({ initialNodes: 6 })).toMatch(/between minNodes, 1, and maxNodes, 5/);
    expect(check({ minNodes: 2 })).toMatch(/initialNodes is 1/);
  });
});

describe('any demand', () => {
  const demand = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 80 });

  test.prop([demand, fc.integer({ min: 1, max: 6 })])(
    'places no more than wanted and no more than fits, keeps its nodes in range, and gets there in the end',
    (wanted, podsPerNode) => {
      const nodes = cluster({ podsPerNode, maxNodes: 12, unneededTime: '1m', scaleDownDelayAfterAdd: '1m' });
      const at = (second: number) => wanted[Math.min(wanted.length - 1, Math.floor(second / 60))];
      const seen = follow(nodes, wanted.length * 60 + 1800, at);
      for (const [second, [placed, count]] of seen) {
        expect(placed).toBeLessThanOrEqual(Math.min(at(second), count * podsPerNode));
        expect(count).toBeGreaterThanOrEqual(1);
        expect(count).toBeLessThanOrEqual(12);
      }
      const last = wanted[wanted.length - 1];
      expect(nodes.placed).toBe(Math.min(last, 12 * podsPerNode));
    },
  );

  it('needs no more than minutes to follow a surge', () => {
    const seen = follow(cluster(), (10 * MINUTE) / SECOND, (second) => (second < 60 ? 4 : 20));
    expect([...seen].find(([, [placed]]) => placed === 20)?.[0]).toBe(270);
  });
});
