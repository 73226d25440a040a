/**
 * The autoscaler: how many replicas a service has. Here: `scaler.ts` (evaluation, metrics, actuation), `policy.ts` (what a
 * policy is), `policies/` (one file a policy). To add a policy, add a file to `policies/` and a line to its index.
 */
import { z } from 'zod';
import type { LayerSpec, ScalerContext, ScalerKind } from '../kind.ts';
import { ownDraws } from '../own-draws.ts';
import { duration, text } from '../parameters.ts';
import { nodesSchema } from './nodes.ts';
import { AUTOSCALER_POLICIES } from './policies/index.ts';
import type { Settings } from '../settings.ts';
import type { AutoscalerPolicy, AutoscalerPolicyDefinition } from './policy.ts';
import { Autoscaler } from './scaler.ts';
import type { ActuationSpec } from './scaler.ts';
import { withoutMemory } from './without-memory.ts';

export const autoscaler: ScalerKind = {
  name: 'autoscaler',
  about: 'Launches and removes replicas of a service to hold a signal at its target.',
  place: 'beside',
  card: {
    decides: 'How many replicas a service has.',
    signals: 'Utilization, concurrency or request rate of the instances: reported, averaged and late; their readiness.',
    cadence: 'Every period, whatever happens between.',
    fails:
      'Sees the surge when its metrics do, launches after its actuation (and once there is a node), serves after the cold start: minutes late. A lag makes it oscillate; a signal capped by another layer hides the demand.',
  },
  ideals: {
    leak: 'It sees what each instance is asked for, what waits for a slot too: utilization is capped by nothing.',
    drift: 'It decides from the present view alone: no stabilisation window, no cooldown, its settings as declared.',
  },
  parameters: {
    service: text({ about: 'The service that it scales.' }),
    actuation: z
      .strictObject({
        delay: duration({
          about: 'From a decision until replicas are launched or removed.',
          default: '0s',
          source: 'overcontrol',
        }),
        jitter: duration({
          about: 'Random extra delay, uniform on [0, jitter).',
          default: '0s',
          source: 'overcontrol',
        }),
      })
      .prefault({} as never),
    nodes: nodesSchema.optional(),
  },
  policies: AUTOSCALER_POLICIES,
  defaultPolicy: 'hpa',
  build: buildAutoscaler,
};

function buildAutoscaler(spec: LayerSpec, definition: AutoscalerPolicyDefinition, context: ScalerContext): Autoscaler {
  const makePolicy = (config: Settings): AutoscalerPolicy =>
    definition.create(
      (spec.idealised.drift ? withoutMemory(config) : config) as never,
      ownDraws(context.root, spec.name, 0),
    );
  const { actuation } = spec.config as unknown as { actuation: ActuationSpec };
  return new Autoscaler(spec, makePolicy, actuation, context);
}
