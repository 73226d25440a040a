import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { read, REGISTRY } from '../worker/lane-run.ts';
import { summaryOf } from '../worker/summary.ts';
import { layoutOf, pointOn } from './layout.ts';

const text = readFileSync(new URL('../../../scenarios/growth.yaml', import.meta.url), 'utf8');
const SUMMARY = summaryOf(read({ text, file: 'growth.yaml', bases: {} }), text, REGISTRY);

describe('the graph of a scenario', () => {
  const graph = layoutOf(SUMMARY, 900);
  const at = (name: string): { x: number; y: number } => graph.nodes.find((node) => node.name === name)!;

  it('has clients at the left, and whoever is called to the right of who calls', () => {
    expect(at('users').x).toBeLessThan(at('front').x);
    for (const { from, to } of SUMMARY.edges) expect(at(from).x).toBeLessThan(at(to).x);
    expect(at('catalog').x).toBe(at('ranking').x);
  });

  it.each([358, 700, 1400])('lays no node over another within %i pixels, and all of them within its bounds', (room) => {
    const { height, node, nodes, width } = layoutOf(SUMMARY, room);
    expect(width).toBe(room);
    for (const one of nodes) {
      expect(one.x).toBeGreaterThanOrEqual(0);
      expect(one.x + node.width).toBeLessThanOrEqual(width);
      expect(one.y + node.height).toBeLessThanOrEqual(height);
      for (const other of nodes) {
        if (one === other) continue;
        const isApart = Math.abs(one.x - other.x) >= node.width || Math.abs(one.y - other.y) >= node.height;
        expect(isApart, `${one.name} and ${other.name}`).toBe(true);
      }
    }
  });

  it('keeps the labels of a fan apart', () => {
    const heights = graph.edges.filter(({ from }) => from.name === 'front').map(({ labelY }) => labelY);
    const sorted = heights.toSorted((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++) expect(sorted[i] - sorted[i - 1]).toBeGreaterThan(48);
  });

  it('goes from top to bottom where it is narrow', () => {
    const { isUpright, nodes } = layoutOf(SUMMARY, 358);
    const y = (name: string): number => nodes.find((node) => node.name === name)!.y;
    expect(graph.isUpright).toBe(false);
    expect(isUpright).toBe(true);
    for (const { from, to } of SUMMARY.edges) expect(y(from)).toBeLessThan(y(to));
  });

  it('does not end in a circle of calls', () => {
    const edges = [...SUMMARY.edges, { from: 'ranking', to: 'front' }];
    expect(layoutOf({ ...SUMMARY, edges }, 900).nodes).toHaveLength(graph.nodes.length);
  });
});

it('a point on an edge goes from its beginning to its end', () => {
  const edge = { isUpright: false, x0: 10, y0: 0, x1: 110, y1: 50 };
  expect(pointOn(edge, 0)).toEqual([10, 0]);
  expect(pointOn(edge, 1)).toEqual([110, 50]);
  expect(pointOn(edge, 0.5)).toEqual([60, 25]);
  expect(pointOn({ ...edge, isUpright: true }, 1)).toEqual([110, 50]);
});
