import type { z } from 'zod';
import { definePolicy } from '../../definition.ts';
import { duration, integer, share } from '../../parameters.ts';
import type { Node } from './node-pool.ts';
import { NodePool } from './node-pool.ts';

const FLAGS = 'kubernetes/autoscaler cluster-autoscaler/FAQ.md, "What are the parameters to CA?"';

const PARAMETERS = {
  podsPerNode: integer({ about: 'Replicas that fit on one node.', min: 1 }),
  initialNodes: integer({ about: 'Nodes that are there from the start.', default: 1, source: 'overcontrol' }),
  minNodes: integer({ about: 'The fewest nodes of the group.', default: 1, source: 'overcontrol' }),
  maxNodes: integer({ about: 'The most nodes of the group.', min: 1 }),
  nodeStartup: duration({
    about: 'From the request for a node until pods can run on it.',
    default: '3m30s',
    source: 'typically 3 to 4 minutes on GCE: kubernetes/autoscaler cluster-autoscaler/FAQ.md',
    unconfirmed: true,
  }),
  scanInterval: duration({ about: 'scan-interval.', default: '10s', min: '1s', source: FLAGS }),
  newPodScaleUpDelay: duration({
    about: 'new-pod-scale-up-delay: pods pending for less than this are not looked at.',
    default: '0s',
    source: FLAGS,
  }),
  maxNodeProvisionTime: duration({
    about: 'max-node-provision-time: a node that takes longer is given up.',
    default: '15m',
    source: FLAGS,
  }),
  initialBackoff: duration({
    about: 'initial-node-group-backoff-duration: no scale-up for this long after one failed; doubles each time.',
    default: '5m',
    source: FLAGS,
  }),
  maxBackoff: duration({ about: 'max-node-group-backoff-duration.', default: '30m', source: FLAGS }),
  backoffReset: duration({
    about: 'node-group-backoff-reset-timeout: how long after a failure the back-off starts over.',
    default: '3h',
    source: FLAGS,
  }),
  scaleDownDelayAfterAdd: duration({ about: 'scale-down-delay-after-add.', default: '10m', source: FLAGS }),
  scaleDownDelayAfterDelete: duration({
    about: 'scale-down-delay-after-delete; 0 is one scan.',
    default: '0s',
    source: FLAGS,
  }),
  unneededTime: duration({
    about: 'scale-down-unneeded-time: how long a node must be unneeded before it goes.',
    default: '10m',
    source: FLAGS,
  }),
  utilizationThreshold: share({
    about: 'scale-down-utilization-threshold: a node used less than this may be unneeded.',
    default: '50%',
    source: FLAGS,
  }),
  maxEmptyBulkDelete: integer({
    about: 'max-empty-bulk-delete: empty nodes removed in one scan; of those in use only one is.',
    default: 10,
    min: 1,
    source: FLAGS,
  }),
};

export type ClusterAutoscalerConfig = z.output<z.ZodObject<typeof PARAMETERS>>;

/** How long the n-th node takes from its request until pods run on it, nanoseconds; Infinity for one that never comes. */
export interface NodeStartups {
  startup(ordinal: number): number;
}

/**
 * What lies between replicas that are wanted and replicas that can start: nodes. `place` is the scheduler, which acts at
 * once, `scan` the cluster autoscaler, to be called every `period`.
 *
 * Source: kubernetes/autoscaler cluster-autoscaler/FAQ.md (55c37cd5eb) "How does scale-up work?", "How does scale-down work?".
 */
export class ClusterAutoscaler {
  readonly period: number;
  private readonly config: ClusterAutoscalerConfig;
  private readonly startups: NodeStartups;
  private readonly pool: NodePool;
  private requested = 0;
  private lastAdd = -Infinity;
  private lastDelete = -Infinity;
  private lastFailure = -Infinity;
  private backoff = 0;

  constructor(config: ClusterAutoscalerConfig, startups: NodeStartups) {
    this.period = config.scanInterval;
    this.config = config;
    this.startups = startups;
    this.pool = new NodePool(config.initialNodes, config.podsPerNode);
  }

  /** Nodes paid for: ready ones and those on their way. */
  get nodeCount(): number {
    return this.pool.nodes.length;
  }

  /** Replicas that have a node. */
  get placed(): number {
    return this.pool.placed;
  }

  /** The first moment after `now` at which a node turns ready, so that `place` is due; Infinity if none is on its way. */
  nextReady(now: number): number {
    return this.pool.nextReady(now);
  }

  /** Of so many replicas wanted, how many have a node at `now`. */
  place(now: number, wanted: number): number {
    return this.pool.place(now, wanted);
  }

  /** One scan: gives up late nodes, asks for missing ones, removes unneeded ones. Returns the pods evicted on the way. */
  scan(now: number): number {
    this.giveUpLateNodes(now);
    if (this.scaleUp(now)) return 0;
    this.markUnneeded(now);
    return this.scaleDown(now);
  }

  private giveUpLateNodes(now: number): void {
    const { maxNodeProvisionTime, initialBackoff, maxBackoff, backoffReset } = this.config;
    const late = this.pool.nodes.filter((node) => node.readyAt > now && node.requestedAt + maxNodeProvisionTime < now);
    if (late.length === 0) return;
    for (const node of late) this.pool.remove(now, node);
    const again = this.backoff > 0 && now - this.lastFailure < backoffReset;
    this.backoff = again ? Math.min(2 * this.backoff, maxBackoff) : initialBackoff;
    this.lastFailure = now;
  }

  /** Asks for as many nodes as the pods that wait need beyond those on their way. True if it did. */
  private scaleUp(now: number): boolean {
    const { podsPerNode, maxNodes, newPodScaleUpDelay } = this.config;
    if (now < this.lastFailure + this.backoff) return false;
    let upcoming = 0;
    for (const node of this.pool.nodes) if (node.readyAt > now) upcoming++;
    const waiting = this.pool.waitingSince(now - newPodScaleUpDelay) - upcoming * podsPerNode;
    const count = Math.min(-Math.floor(-waiting / podsPerNode), maxNodes - this.nodeCount);
    if (count <= 0) return false;
    for (let i = 0; i < count; i++) this.pool.add(now, now + this.startups.startup(this.requested++));
    this.lastAdd = now;
    return true;
  }

  /** Notes which nodes are little used and could be emptied onto the others, all at once. */
  private markUnneeded(now: number): void {
    const { podsPerNode, utilizationThreshold } = this.config;
    let free = 0;
    for (const node of this.pool.nodes) if (node.readyAt <= now) free += podsPerNode - node.pods;
    for (const node of this.pool.nodes) {
      const elsewhere = free - (podsPerNode - node.pods);
      const little = node.readyAt <= now && node.pods / podsPerNode < utilizationThreshold;
      if (!little || node.pods > elsewhere) {
        node.unneededSince = NaN;
        continue;
      }
      if (Number.isNaN(node.unneededSince)) node.unneededSince = now;
      // Its own room goes with it, and its pods take up room elsewhere.
      free = elsewhere - node.pods;
    }
  }

  private scaleDown(now: number): number {
    const { scaleDownDelayAfterAdd, scaleDownDelayAfterDelete } = this.config;
    if (now < this.lastAdd + scaleDownDelayAfterAdd || now < this.lastDelete + scaleDownDelayAfterDelete) return 0;
    let evicted = 0;
    for (const node of this.removable(now)) {
      evicted += this.pool.remove(now, node);
      this.lastDelete = now;
    }
    return evicted;
  }

  /** Nodes to remove now: several empty ones, or else one that is in use. */
  private removable(now: number): Node[] {
    const { unneededTime, minNodes, maxEmptyBulkDelete } = this.config;
    const due = this.pool.nodes.filter((node) => node.unneededSince + unneededTime < now);
    const empty = due.filter((node) => node.pods === 0);
    const most = Math.max(0, this.nodeCount - minNodes);
    return empty.length > 0 ? empty.slice(0, Math.min(most, maxEmptyBulkDelete)) : due.slice(0, Math.min(most, 1));
  }
}

/** The nodes under a service: not a policy that sizes it, but what holds its replicas back until there is room for them. */
export const clusterAutoscaler = definePolicy<ClusterAutoscaler, NodeStartups>()({
  name: 'clusterAutoscaler',
  about:
    'Kubernetes’ Cluster Autoscaler: adds nodes for pods that find none, minutes later, and removes nodes long unneeded.',
  product: 'Kubernetes Cluster Autoscaler',
  parameters: PARAMETERS,
  check: ({ minNodes, initialNodes, maxNodes }) => {
    if (minNodes <= initialNodes && initialNodes <= maxNodes) return undefined;
    return `initialNodes is ${initialNodes}; it must lie between minNodes, ${minNodes}, and maxNodes, ${maxNodes}`;
  },
  sources: ['kubernetes/autoscaler cluster-autoscaler/FAQ.md (55c37cd5eb)'],
  knownToGetWrong: [
    'It starts when pods already wait: every surge beyond the spare room pays for a whole node’s start.',
    'A node that never comes holds its pods up for a quarter of an hour, then the back-off for five minutes more.',
    'It looks at what pods request, never at what they use.',
    'Pods on a little-used node are evicted to save it: they restart elsewhere.',
    'Not modelled: nodes that turn unready, deletions that fail, and how long a drained node lingers.',
  ],
  create: (config, startups) => new ClusterAutoscaler(config, startups),
});
