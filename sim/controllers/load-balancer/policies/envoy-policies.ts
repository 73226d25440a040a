import type { RandomSource } from '../../../kernel/random.ts';
import { defineBalancerPolicy } from '../policy.ts';
import type { BalancerContext, BalancerPolicy, HostView } from '../policy.ts';
import type { EnvoyEdfBalancer } from './envoy-edf-balancer.ts';
import { EnvoyLeastRequest, envoyLeastRequest as leastRequestProduct } from './envoy-least-request.ts';
import { EnvoyRoundRobin, envoyRoundRobin as roundRobinProduct } from './envoy-round-robin.ts';
import { SeenLoads, weightsOf } from './seen-loads.ts';
import { SlowStart } from './slow-start.ts';
import type { SlowStartConfig } from './slow-start.ts';

/** Envoy's round robin or least request over a balancer's view. */
class EnvoyPolicy implements BalancerPolicy {
  private readonly view: HostView;
  private readonly balancer: EnvoyEdfBalancer;
  private readonly warmUp: SlowStart;
  private readonly loads: SeenLoads;

  constructor(view: HostView, balancer: EnvoyEdfBalancer, warmUp: SlowStart, loads: SeenLoads) {
    this.view = view;
    this.balancer = balancer;
    this.warmUp = warmUp;
    this.loads = loads;
  }

  pick(now: number, random: RandomSource): number {
    return this.balancer.pick(now, random);
  }

  believed(host: number): number {
    return this.view.load(host);
  }

  loadChanged(host: number): void {
    this.loads.update(host);
  }

  candidatesChanged(now: number): void {
    const { hosts, count } = this.view;
    for (let i = 0; i < count; i++) {
      const joinedAt = this.view.joinedAt(hosts[i]);
      if (joinedAt > -Infinity) this.warmUp.began(hosts[i], joinedAt);
    }
    this.balancer.refresh(now, hosts, count);
  }
}

function policyOver(
  { view, draws }: BalancerContext,
  config: SlowStartConfig,
  make: (loads: SeenLoads, seed: number, warmUp: SlowStart) => EnvoyEdfBalancer,
): EnvoyPolicy {
  const loads = new SeenLoads(view);
  const warmUp = new SlowStart(config, view.size);
  return new EnvoyPolicy(view, make(loads, Math.floor(draws.uniform(0) * 4294967296), warmUp), warmUp, loads);
}

export const envoyLeastRequest = defineBalancerPolicy({
  ...leastRequestProduct,
  looksAt: ['load'],
  create: (config, context) =>
    policyOver(
      context,
      config,
      (loads, seed, warmUp) => new EnvoyLeastRequest(config, loads.values, weightsOf(context.view), seed, warmUp),
    ),
});

export const envoyRoundRobin = defineBalancerPolicy({
  ...roundRobinProduct,
  looksAt: [],
  create: (config, context) =>
    policyOver(context, config, (_loads, seed, warmUp) => new EnvoyRoundRobin(weightsOf(context.view), seed, warmUp)),
});
