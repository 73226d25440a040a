/**
 * The rate limiter: how much may pass. Load shedders and concurrency limiters are policies of it too. Here: `layer.ts`
 * (the layer), `policy.ts` (what a policy is), `policies/` (one file a policy). To add a policy, add a file to
 * `policies/` and a line to its index.
 */
import { checkKey } from '../keys.ts';
import type { PathKind } from '../kind.ts';
import { choice, duration, number } from '../parameters.ts';
import { RateLimiterLayer } from './layer.ts';
import { LIMITER_POLICIES } from './policies/index.ts';

export const rateLimiter: PathKind = {
  name: 'rateLimiter',
  about: 'Lets through no more than its policy allows, for each key.',
  place: 'path',
  selects: () => false,
  card: {
    decides: 'Whether an attempt may pass now, later or not at all, by client, class, instance or for all.',
    signals: 'Its own count of what passed; for adaptive policies the latencies and results of it.',
    cadence: 'Each attempt; each result where refusals cost or the policy adapts.',
    fails:
      'Takes another layer’s refusals for the client’s offence, counts retries as demand, and answers a 429 that nobody retries.',
  },
  ideals: {
    leak: 'It sees the origin of each refusal, and charges none that another layer made.',
    drift: 'Penalties are not remembered: only the tokens are. Copies know at once what the others have let through.',
  },
  parameters: {
    key: choice(['client', 'class', 'instance', 'global'], {
      about: 'What has an allowance of its own.',
      default: 'global',
      source: 'overcontrol',
    }),
    refusalCost: number({
      about:
        'Taken from the allowance for each refusal of its attempts, unless it can see that another layer made it. Floored at nothing left.',
      default: 0,
      min: 0,
      source: 'overcontrol; as gateways that penalise clients for errors',
    }),
    purpose: choice(['quota', 'protection'], {
      about:
        'How its refusals are judged: by what the client is entitled to (each distinct request once), or by whether there was capacity.',
      default: 'quota',
      source: 'overcontrol',
    }),
    synchronise: duration({
      about:
        'How often several copies tell each other what they have let through: each then takes off what the others used. Without it they never do.',
      source: 'overcontrol; a distributed rate limiter with local counters',
      min: '1ms',
    }).optional(),
  },
  policies: LIMITER_POLICIES,
  defaultPolicy: 'tokenBucket',
  isSameWithout: ({ config, copies }, mode) =>
    config['refusalCost'] === 0 && (mode === 'leak' || copies === 'shared' || copies === 1),
  check: (spec, place) => checkKey(spec.config['key'], place),
  build: (spec, policy, context) => new RateLimiterLayer(spec, policy, context),
};
