/** A node of a group in which all are alike. Times are nanoseconds. */
export interface Node {
  requestedAt: number;
  /** When pods can run on it; Infinity if it never comes. */
  readyAt: number;
  pods: number;
  /** Since when no scan has found it needed; NaN while it is needed. */
  unneededSince: number;
}

/** Pods that have been waiting for a node since one moment. */
interface PendingPods {
  since: number;
  count: number;
}

/**
 * Pods of one size on nodes of one size. As Kubernetes' scheduler does, it spreads pods over the nodes that are ready, at
 * once; as its replica sets do, it removes pods from nodes that they share, and those that still wait before any.
 */
export class NodePool {
  readonly nodes: Node[] = [];
  private readonly podsPerNode: number;
  private readonly pending: PendingPods[] = [];

  constructor(initialNodes: number, podsPerNode: number) {
    this.podsPerNode = podsPerNode;
    for (let i = 0; i < initialNodes; i++) this.add(-Infinity, -Infinity);
  }

  /** Pods that have a node. */
  get placed(): number {
    let pods = 0;
    for (const node of this.nodes) pods += node.pods;
    return pods;
  }

  /** Pods that wait, of those that have done so since `before` or earlier. */
  waitingSince(before: number): number {
    let count = 0;
    for (const batch of this.pending) if (batch.since <= before) count += batch.count;
    return count;
  }

  /** The first moment after `now` at which a node turns ready; Infinity if none is on its way. */
  nextReady(now: number): number {
    let next = Infinity;
    for (const { readyAt } of this.nodes) if (readyAt > now) next = Math.min(next, readyAt);
    return next;
  }

  /** Schedules: of so many pods wanted, returns how many have a node at `now`. The others wait. */
  place(now: number, wanted: number): number {
    let surplus = this.placed + this.waitingSince(Infinity) - wanted;
    for (; surplus > 0; surplus--) if (!this.cancelWaiting()) this.removePod();
    if (surplus < 0) this.pending.push({ since: now, count: -surplus });
    while (this.pending.length > 0) {
      const node = this.roomiest(now);
      if (node === undefined) break;
      node.pods++;
      this.takeWaiting();
    }
    return this.placed;
  }

  add(requestedAt: number, readyAt: number): void {
    this.nodes.push({ requestedAt, readyAt, pods: 0, unneededSince: NaN });
  }

  /** Takes a node away. Its pods are evicted and scheduled anew at once; returns how many they are. */
  remove(now: number, node: Node): number {
    this.nodes.splice(this.nodes.indexOf(node), 1);
    this.place(now, this.placed + this.waitingSince(Infinity) + node.pods);
    return node.pods;
  }

  /** The ready node with the most room; undefined if all are full. */
  private roomiest(now: number): Node | undefined {
    let best: Node | undefined;
    for (const node of this.nodes) {
      if (node.readyAt > now || node.pods >= this.podsPerNode) continue;
      if (best === undefined || node.pods < best.pods) best = node;
    }
    return best;
  }

  private removePod(): void {
    let fullest = this.nodes[0];
    for (const node of this.nodes) if (node.pods > fullest.pods) fullest = node;
    fullest.pods--;
  }

  /** Drops the pod that has waited least. False if none waits. */
  private cancelWaiting(): boolean {
    const newest = this.pending[this.pending.length - 1];
    if (newest === undefined) return false;
    if (--newest.count === 0) this.pending.pop();
    return true;
  }

  /** Takes out the pod that has waited longest. */
  private takeWaiting(): void {
    if (--this.pending[0].count === 0) this.pending.shift();
  }
}
