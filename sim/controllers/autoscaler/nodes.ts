import { z } from 'zod';
import { PHASE_WORLD } from '../../kernel/event-queue.ts';
import type { Ticker } from '../../kernel/ticker.ts';
import type { Service } from '../../world/service.ts';
import { ClusterAutoscaler, clusterAutoscaler } from './policies/cluster-autoscaler.ts';
import type { ClusterAutoscalerConfig } from './policies/cluster-autoscaler.ts';

/** `nodes` of an autoscaler: what lies between replicas that are wanted and replicas that can start. */
export const nodesSchema = z
  .strictObject(clusterAutoscaler.parameters)
  .superRefine((config, context) => {
    const message = clusterAutoscaler.check!(config as never);
    if (message !== undefined) context.addIssue({ code: 'custom', message, path: ['initialNodes'] });
  })
  .describe(
    'The nodes that its replicas run on, as Kubernetes’ Cluster Autoscaler provides them: what fits on none waits for one. Without it: there is always room.',
  );

/** For `describe`. */
export const NODES = { clusterAutoscaler };

/**
 * Carries out a number of replicas as far as there are nodes for them. There are enough from the start for the initial
 * replicas. A node that is removed takes its replicas with it, and they are launched elsewhere.
 */
export class Nodes {
  private readonly service: Service;
  private readonly ticker: Ticker;
  private readonly nodes: ClusterAutoscaler;
  private wanted: number;
  private placed: number;

  constructor(config: ClusterAutoscalerConfig, service: Service, ticker: Ticker) {
    const { podsPerNode, nodeStartup } = config;
    const initialNodes = Math.max(config.initialNodes, -Math.floor(-service.wanted / podsPerNode));
    this.service = service;
    this.ticker = ticker;
    this.nodes = new ClusterAutoscaler({ ...config, initialNodes }, { startup: () => nodeStartup });
    this.wanted = service.wanted;
    this.placed = this.nodes.place(0, this.wanted);
    ticker.every(this.nodes.period, this.nodes.period, (now) => this.scan(now));
  }

  /** Replicas that wait for a node. */
  get pending(): number {
    return this.wanted - this.placed;
  }

  /** So many replicas are wanted. */
  want(count: number, now: number): void {
    this.wanted = Math.min(count, this.service.spec.instances.max);
    this.place(now);
  }

  private place(now: number): void {
    this.placed = this.nodes.place(now, this.wanted);
    this.service.scaleTo(this.placed, now);
    this.service.wanted = this.wanted;
  }

  private scan(now: number): void {
    const { service } = this;
    // Somebody else may have set another number by hand.
    const byHand = service.wanted !== this.wanted;
    this.wanted = service.wanted;
    const evicted = this.nodes.scan(now);
    if (evicted > 0) service.scaleTo(this.placed - evicted, now);
    if (evicted > 0 || byHand || this.pending > 0) this.place(now);
    this.placeWhenReady(now);
  }

  private placeWhenReady(now: number): void {
    if (this.pending === 0) return;
    const ready = this.nodes.nextReady(now);
    if (ready <= now + this.nodes.period) this.ticker.at(ready, PHASE_WORLD, (then) => this.place(then));
  }
}
