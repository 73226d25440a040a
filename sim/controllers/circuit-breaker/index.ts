/**
 * The circuit breaker: whether attempts of a key may pass at all. Here: `layer.ts` (the layer), `policy.ts` (what a
 * policy is), `policies/` (one file a policy). To add a policy, add a file to `policies/` and a line to its index.
 */
import { checkKey } from '../keys.ts';
import type { Complaint, LayerSpec, PathKind } from '../kind.ts';
import { choice, flag } from '../parameters.ts';
import { CircuitBreakerLayer } from './layer.ts';
import { BREAKER_POLICIES, THRESHOLD_POLICIES } from './policies/index.ts';
import { ThresholdsLayer } from './thresholds-layer.ts';

export const circuitBreaker: PathKind = {
  name: 'circuitBreaker',
  about: 'Refuses attempts while what it has seen of their key says that they would fail.',
  place: 'path',
  selects: () => false,
  card: {
    decides: 'Whether an attempt may pass, by client, service or instance.',
    signals:
      'Results and durations of the attempts that passed it: its own, or reported late and pooled. Thresholds (envoy, istio): how many are under way.',
    cadence: 'Each attempt, each result.',
    fails:
      'Opens on another layer’s refusals or timeouts, stays open long after the cause is gone, and looks to a balancer like an idle instance.',
  },
  ideals: {
    leak: 'It sees the origin of each refusal, and does not count those that another layer made; one state for each instance instead of one for the service, decided after the pick.',
    drift:
      'It refuses only while what it now sees meets its condition to open, all but one call at a time: the memory of having opened is gone. Copies share what they see. Thresholds remember nothing.',
  },
  parameters: {
    key: choice(['client', 'service', 'instance'], {
      about: 'What has a state of its own.',
      default: 'service',
      source: 'overcontrol',
    }),
    countTimeouts: flag({
      about: 'Whether a timeout counts as a failure; else it is ignored.',
      default: true,
      source: 'Resilience4j records every exception; Envoy maps timeouts to 504',
    }),
    countRefusals: flag({
      about: 'Whether a refusal (503) counts as a failure, unless it can see that another layer made it.',
      default: true,
      source: 'every product counts a 503',
    }),
    countLimited: flag({
      about: 'Whether a 429 counts as a failure; else it is ignored.',
      default: false,
      source: 'Envoy and Hystrix count 5xx only',
    }),
  },
  policies: [...BREAKER_POLICIES, ...THRESHOLD_POLICIES],
  defaultPolicy: 'timeWindow',
  isSameWithout: (spec) => limitsConcurrency(spec) && (spec.copies === 'shared' || spec.copies === 1),
  check: (spec, place) => checkKey(spec.config['key'], place) ?? checkThresholds(spec),
  build: (spec, policy, context) =>
    limitsConcurrency(spec)
      ? new ThresholdsLayer(spec, policy, context)
      : new CircuitBreakerLayer(spec, policy, context),
};

function limitsConcurrency({ policy }: LayerSpec): boolean {
  return THRESHOLD_POLICIES.some(({ name }) => name === policy);
}

/** Thresholds count what is under way, live; results are nothing to them. */
function checkThresholds(spec: LayerSpec): Complaint | undefined {
  if (!limitsConcurrency(spec)) return undefined;
  const { config, policy, source } = spec;
  if (source === 'reported') {
    return { parameter: 'metrics', message: `\`${policy}\` counts what is under way itself, live: no metrics` };
  }
  const declared = { countTimeouts: true, countRefusals: true, countLimited: false };
  const parameter = Object.entries(declared).find(([name, value]) => config[name] !== value)?.[0];
  if (parameter === undefined) return undefined;
  return { parameter, message: `\`${policy}\` limits what is under way at once: no result counts for it, or against` };
}
