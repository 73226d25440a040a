import type { ScenarioSummary } from '../worker/protocol.ts';

/** A client or a service on the graph, in pixels of the page. */
export interface GraphNode {
  readonly name: string;
  /** Index of the service; -1 for clients. */
  readonly service: number;
  readonly x: number;
  readonly y: number;
}

export interface EdgeEnds {
  readonly isUpright: boolean;
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** A call from one node to another, drawn as a curve that leaves and arrives straight. */
export interface GraphEdge extends EdgeEnds {
  readonly from: GraphNode;
  readonly to: GraphNode;
  /** Where its label is: where the edges of a fan are farthest apart. */
  readonly labelX: number;
  readonly labelY: number;
}

export interface GraphLayout {
  /** From left to right, or where there is no room for that from top to bottom. */
  readonly isUpright: boolean;
  readonly node: { readonly width: number; readonly height: number };
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly GraphNode[];
  /** In the order of the scenario's edges. */
  readonly edges: readonly GraphEdge[];
}

const NODE = { width: 124, height: 58 };
/** From top to bottom; labels are as wide. */
const NARROW_NODE = { width: 80, height: 58 };
const NARROW_APART = 6;
const NARROW_GAP = 104;
const ROW = 92;
const PAD = 12;
/** Between two columns there is room for a label. */
const LEAST_GAP = 172;

/** How far each node is from the clients: the longest way counts, so that no call goes back. */
function columnsOf({ traffic, services, edges }: ScenarioSummary): ReadonlyMap<string, number> {
  const column = new Map<string, number>(traffic.map(({ name }) => [name, 0]));
  for (const { name } of services) column.set(name, 1);
  // Where calls go round in a circle there is no longest way: as often as there are services is enough.
  for (let round = 0; round < services.length; round++) {
    for (const { from, to } of edges) {
      const wanted = (column.get(from) ?? 0) + 1;
      if (wanted > column.get(to)! && wanted <= services.length) column.set(to, wanted);
    }
  }
  return column;
}

/** Clients first, then the services that they call, then those that these call. */
export function layoutOf(summary: ScenarioSummary, room: number): GraphLayout {
  const column = columnsOf(summary);
  const names = [...summary.traffic, ...summary.services].map(({ name }) => name);
  const ranks = Array.from({ length: Math.max(...column.values()) + 1 }, (_, i) =>
    names.filter((name) => column.get(name) === i),
  );
  const most = Math.max(...ranks.map(({ length }) => length));
  const least = ranks.length * NODE.width + (ranks.length - 1) * LEAST_GAP + 2 * PAD;
  const isUpright = room < least;
  const node = isUpright ? NARROW_NODE : NODE;
  const width = isUpright ? Math.max(room, most * (node.width + NARROW_APART) + PAD) : room;
  const height = isUpright
    ? ranks.length * node.height + (ranks.length - 1) * NARROW_GAP + 2 * PAD + 20
    : most * ROW + 2 * PAD - (ROW - node.height) + 28;
  const along = isUpright ? height - 20 - node.height : width - node.width;
  const apart = ranks.length === 1 ? 0 : (along - 2 * PAD) / (ranks.length - 1);
  const each = isUpright ? width / most : ROW;
  const nodes = ranks.flatMap((rank, i) =>
    rank.map((name, place): GraphNode => {
      const across = (place - (rank.length - 1) / 2) * each;
      const service = summary.services.findIndex((one) => one.name === name);
      return isUpright
        ? { name, service, x: (width - node.width) / 2 + across, y: PAD + i * apart }
        : { name, service, x: PAD + i * apart, y: (height - node.height) / 2 + across };
    }),
  );
  const byName = new Map(nodes.map((one) => [one.name, one]));
  const edges = summary.edges.map(({ from, to }): GraphEdge => {
    const [a, b] = [byName.get(from)!, byName.get(to)!];
    const fansOut = summary.edges.filter((edge) => edge.from === from).length;
    const fansIn = summary.edges.filter((edge) => edge.to === to).length;
    const [dx, dy] = isUpright ? [node.width / 2, node.height] : [node.width, node.height / 2];
    const ends = {
      isUpright,
      x0: a.x + dx,
      y0: a.y + dy,
      x1: b.x + (isUpright ? dx : 0),
      y1: b.y + (isUpright ? 0 : dy),
    };
    const fan = Math.sign(fansOut - fansIn);
    const [labelX, labelY] = isUpright
      ? [
          fan === 0 ? (ends.x0 + ends.x1) / 2 : fan > 0 ? ends.x1 : ends.x0,
          ends.y0 + (0.5 + 0.1 * fan) * (ends.y1 - ends.y0),
        ]
      : pointOn(ends, 0.5 + 0.1 * fan);
    return { from: a, to: b, ...ends, labelX, labelY };
  });
  return { isUpright, node, width, height, nodes, edges };
}

/** Where a share of the way along an edge is: the curve that d3's `linkHorizontal` or `linkVertical` draws. */
export function pointOn(edge: EdgeEnds, share: number): [number, number] {
  const { isUpright, x0, y0, x1, y1 } = edge;
  const [along, across] = isUpright
    ? [
        [y0, y1],
        [x0, x1],
      ]
    : [
        [x0, x1],
        [y0, y1],
      ];
  const rest = 1 - share;
  const first = rest * rest * rest;
  const last = share * share * share;
  const bend = [3 * rest * rest * share, 3 * rest * share * share];
  const middle = (along[0] + along[1]) / 2;
  const onward = first * along[0] + (bend[0] + bend[1]) * middle + last * along[1];
  const aside = (first + bend[0]) * across[0] + (bend[1] + last) * across[1];
  return isUpright ? [aside, onward] : [onward, aside];
}
