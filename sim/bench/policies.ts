import { Registry } from '../controllers/registry.ts';
import type { BalancerPolicy, BalancerPolicyDefinition, HostView } from '../controllers/load-balancer/policy.ts';
import { ownDraws } from '../controllers/own-draws.ts';
import { Draw, rootKey } from '../kernel/random.ts';
import { MILLISECOND } from '../kernel/time.ts';
import { OK } from '../stack/result.ts';
import { medianRates } from './measure.ts';

/** Sizes of the pools that every balancing policy chooses from. */
export const POOLS = [10, 100, 10_000] as const;

/** Requests in flight while a policy is measured. */
const IN_FLIGHT = 64;
const DECISIONS = 20_000;

/** What a policy sees, with loads that move as requests come and go. */
class BenchView implements HostView {
  readonly size: number;
  readonly hosts: Int32Array;
  readonly count: number;
  readonly loads: Float64Array;

  constructor(size: number) {
    this.size = size;
    this.count = size;
    this.hosts = Int32Array.from({ length: size }, (_, i) => i);
    this.loads = new Float64Array(size);
  }

  isCandidate(): boolean {
    return true;
  }

  load(host: number): number {
    return this.loads[host];
  }

  weight(): number {
    return 1;
  }

  joinedAt(): number {
    return -Infinity;
  }

  health(): number {
    return 1;
  }
}

/** One policy by its name, and decisions a second on each pool. */
export interface PolicyRates {
  readonly name: string;
  readonly rates: readonly number[];
}

/** Decisions a second, each with the beginning and the end of a request, of every balancing policy. */
export function balancingPolicies(): PolicyRates[] {
  const { policies } = new Registry().kinds.get('loadBalancer')!;
  return [...policies.map((policy) => ({ name: policy.name, policy, more: {} })), ...SCANS(policies)].map(
    ({ name, policy, more }) => ({
      name,
      rates: medianRates(
        POOLS.map((size) => () => decide(policy as BalancerPolicyDefinition, more, size)),
        3,
      ),
    }),
  );
}

/** Those that can look at all instead of a few. */
const SCANS = (policies: readonly { readonly name: string }[]) =>
  ['leastRequest', 'peakEwma'].map((name) => ({
    name: `${name}, full scan`,
    policy: policies.find((policy) => policy.name === name)!,
    more: { choices: 'all' },
  }));

function decide(definition: BalancerPolicyDefinition, more: object, size: number): number {
  const view = new BenchView(size);
  const root = rootKey('bench');
  const config = configOf(definition, more);
  const policy = definition.create(config as never, {
    view,
    draws: ownDraws(root, 'bench', 0),
    nameOf: (host) => `host-${host}`,
    probe: (host) => view.load(host),
    copy: 0,
    copies: 1,
  });
  policy.candidatesChanged?.(0);
  const draw = new Draw(root, 'pick', 'bench');
  const flying = new Int32Array(IN_FLIGHT).fill(-1);
  for (let i = 0; i < DECISIONS; i++) {
    const now = i * 0.1 * MILLISECOND;
    const place = i % IN_FLIGHT;
    if (flying[place] >= 0) end(policy, view, flying[place], now);
    const host = policy.pick(now, draw.at(0, i, 0), i);
    begin(policy, view, host, now);
    flying[place] = host;
  }
  return DECISIONS;
}

function begin(policy: BalancerPolicy, view: BenchView, host: number, now: number): void {
  view.loads[host]++;
  policy.sent?.(host, now);
  policy.loadChanged?.(host);
}

function end(policy: BalancerPolicy, view: BenchView, host: number, now: number): void {
  view.loads[host]--;
  policy.loadChanged?.(host);
  policy.ended?.(host, now, OK, 6 * MILLISECOND);
}

/** Its defaults, as a scenario without any parameter has them. */
function configOf(definition: BalancerPolicyDefinition, more: object): object {
  const config: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(definition.parameters)) {
    const given = (more as Record<string, unknown>)[name];
    config[name] = (schema as unknown as { parse(value: unknown): unknown }).parse(given);
  }
  return config;
}
