import type { RandomSource } from '../../../kernel/random.ts';
import { defineBalancerPolicy } from '../policy.ts';
import type { BalancerPolicy, HostView } from '../policy.ts';
import { leastOfChoices } from './envoy-least-request.ts';
import { grpcChoices, grpcLeastRequest as leastRequestProduct } from './grpc-least-request.ts';
import { GrpcWeightedRoundRobin, grpcWeightedRoundRobin as weightedProduct } from './grpc-weighted-round-robin.ts';
import { SeenLoads } from './seen-loads.ts';

export const grpcLeastRequest = defineBalancerPolicy({
  ...leastRequestProduct,
  looksAt: ['load'],
  create: ({ choiceCount }, { view }) => {
    const loads = new SeenLoads(view);
    const choices = grpcChoices(choiceCount);
    return {
      pick: (_now, random) => leastOfChoices(random, view.hosts, view.count, loads.values, choices),
      believed: (host) => view.load(host),
      loadChanged: (host) => loads.update(host),
    };
  },
});

/** How often an instance reports with its answers, where reports do not come at intervals of their own. */
const REPORT_WITH_ANSWERS = 1e9;

/** Weighted round robin over what instances report; weights are taken up once a period, at the first pick after it. */
class WeightedRoundRobin implements BalancerPolicy {
  readonly reportEvery: number;
  private readonly view: HostView;
  private readonly schedule: GrpcWeightedRoundRobin;
  private readonly updateEvery: number;
  private updatedAt = -Infinity;

  constructor(view: HostView, schedule: GrpcWeightedRoundRobin, updateEvery: number, reportEvery: number) {
    this.view = view;
    this.schedule = schedule;
    this.updateEvery = updateEvery;
    this.reportEvery = reportEvery;
  }

  pick(now: number, _random: RandomSource): number {
    if (now - this.updatedAt >= this.updateEvery) this.update(now);
    return this.schedule.pick();
  }

  believed(): number {
    return NaN;
  }

  candidatesChanged(now: number): void {
    this.update(now);
  }

  reported(host: number, now: number, qps: number, eps: number, utilization: number): void {
    this.schedule.report(host, now, qps, utilization, 0, eps);
  }

  private update(now: number): void {
    this.updatedAt = now;
    this.schedule.update(now, this.view.hosts, this.view.count);
  }
}

export const grpcWeightedRoundRobin = defineBalancerPolicy({
  ...weightedProduct,
  looksAt: ['reports'],
  create: (config, { view, draws }) => {
    const sequence = Math.floor(draws.uniform(0) * 4294967296);
    const reportEvery = config.enableOobLoadReport ? config.oobReportingPeriod : REPORT_WITH_ANSWERS;
    const schedule = new GrpcWeightedRoundRobin(config, view.size, sequence);
    return new WeightedRoundRobin(view, schedule, config.weightUpdatePeriod, reportEvery);
  },
});
