/**
 * The load balancer: which instance an attempt goes to. Here: `layer.ts` (the layer), `policy.ts` (what a policy is),
 * `policies/` (one file a policy), `ejection/` (outlier detection), `known-hosts.ts` (its view). To add a policy, add a
 * file to `policies/` and a line to its index.
 */
import { z } from 'zod';
import { choice, duration, flag, number, share } from '../parameters.ts';
import type { PathKind } from '../kind.ts';
import { healthCheckSchema } from './health-checks.ts';
import { LoadBalancerLayer } from './layer.ts';
import { PoolBalancerLayer } from './pool-layer.ts';
import { outlierDetectionSchema } from './outlier-detection.ts';
import { BALANCER_POLICIES } from './policies/index.ts';
import type { BalancerPolicyDefinition } from './policy.ts';

export const loadBalancer: PathKind = {
  name: 'loadBalancer',
  about: 'Chooses the instance that an attempt goes to, for all layers inside it.',
  place: 'path',
  selects: (spec) => spec.config['chooses'] === 'instance',
  card: {
    decides: 'Which instance each attempt goes to, and with outlier detection which instances may be chosen at all.',
    signals:
      'Load of each instance (own requests in flight, or reported), latencies and results of what went through it; answers to its health checks; membership.',
    cadence: 'Each attempt; outlier detection and health checks besides at every interval.',
    fails:
      'On a late view it herds on instances that were idle; a fast failure looks like an idle instance; ejection moves load to the rest.',
  },
  ideals: {
    leak: 'Loads are compared relative to what each instance can really do (its slowness, its faults), at the same age. A refusal that a layer inside made is not held against the instance.',
    drift:
      'An instance is ejected only while what was seen of it within the last interval condemns it, not for a time once begun; the last health check decides. Copies share what they see.',
  },
  parameters: {
    chooses: choice(['instance', 'zone', 'region'], {
      about:
        'What it chooses. One that chooses a zone or a region stands outside another that chooses the instance in it.',
      default: 'instance',
      source: 'overcontrol',
    }),
    countOwnSince: flag({
      about: 'Adds its own picks since the last sample to a reported load.',
      default: false,
      source: "overcontrol; Mitzenmacher's record insertions",
    }),
    panicThreshold: share({
      about: 'Ejections are ignored while a smaller share than this of the instances would be left.',
      default: '50%',
      source: 'Envoy healthy_panic_threshold 50 (Istio sets 0 where outlier detection is on)',
    }),
    discovery: duration({
      about: 'How long until it learns that an instance came, went or is ready.',
      default: '0s',
      source: 'overcontrol; endpoint propagation in Kubernetes takes seconds',
    }),
    weights: z
      .array(number({ about: '', min: 1, max: 65535 }))
      .min(1)
      .optional()
      .describe('Weights of the instances, for policies that look at them; repeated if there are more instances.'),
    outlierDetection: outlierDetectionSchema.optional(),
    healthCheck: healthCheckSchema.optional(),
  },
  policies: BALANCER_POLICIES,
  defaultPolicy: 'leastRequest',
  isSameWithout: ({ config, copies }, mode) =>
    mode === 'drift' &&
    config['outlierDetection'] === undefined &&
    config['healthCheck'] === undefined &&
    (copies === 'shared' || copies === 1),
  check: (spec) => {
    const policy = BALANCER_POLICIES.find(({ name }) => name === spec.policy);
    const choosesPool = spec.config['chooses'] !== 'instance';
    if (policy?.poolsOnly === true && !choosesPool) {
      return { parameter: 'policy', message: `\`${spec.policy}\` chooses zones or regions: set \`chooses: zone\`` };
    }
    if (choosesPool && spec.config['outlierDetection'] !== undefined) {
      return { parameter: 'outlierDetection', message: 'instances are ejected by the balancer that chooses instances' };
    }
    if (choosesPool && spec.config['healthCheck'] !== undefined) {
      return { parameter: 'healthCheck', message: 'instances are checked by the balancer that chooses instances' };
    }
    return undefined;
  },
  build: (spec, policy, context) => {
    const definition = policy as BalancerPolicyDefinition;
    const { chooses } = spec.config;
    return chooses === 'instance'
      ? new LoadBalancerLayer(spec, definition, context)
      : new PoolBalancerLayer(spec, definition, context, chooses === 'region');
  },
};

/** What stands in the place of a balancer that a design has removed: the random router. */
export const LOAD_BALANCER_OF_LAST_RESORT = { kind: 'loadBalancer', policy: 'random' } as const;
