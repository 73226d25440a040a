import { z } from 'zod';
import { choice, duration, integer, share } from '../../parameters.ts';
import type { HorizontalAutoscalerConfig, ScalingRules } from './horizontal-autoscaler.ts';
import type { Tolerances } from './replica-calculator.ts';

const API = 'kubernetes pkg/apis/autoscaling/v2/defaults.go';
const CONTROLLER = 'kubernetes pkg/controller/podautoscaler/config/v1alpha1/defaults.go';

const scalingPolicies = (written: { type: 'Pods' | 'Percent'; value: number; period: string }[]) =>
  z
    .array(
      z.strictObject({
        type: choice(['Pods', 'Percent'], {
          about: 'Whether value counts pods, or percent of those at the period’s start.',
        }),
        value: integer({ about: 'The most that may be added or removed in any period.', min: 1 }),
        period: duration({ about: 'How long the policy looks back.', min: '1s', max: '30m', source: API }),
      }),
    )
    .min(1)
    .prefault(written)
    .meta({ description: `Rate limits (default ${written.map(inWords).join(' and ')}: ${API}).` });

function inWords(policy: { type: string; value: number; period: string }): string {
  return `${policy.value}${policy.type === 'Percent' ? ' %' : ' pods'} in ${policy.period}`;
}

const selectPolicy = () =>
  choice(['Max', 'Min', 'Disabled'], {
    about: 'Which policy holds: the one that allows the most change, the least, or none at all.',
    default: 'Max',
    source: API,
  });

const tolerance = () =>
  share({
    about: 'How far the usage ratio may pass one in this direction; the general tolerance if left out.',
  }).optional();

const scaleUpRules = z.strictObject({
  stabilizationWindow: duration({
    about: 'Scale up only as far as the lowest recommendation of this window.',
    default: '0s',
    max: '1h',
    source: API,
  }),
  selectPolicy: selectPolicy(),
  policies: scalingPolicies([
    { type: 'Pods', value: 4, period: '15s' },
    { type: 'Percent', value: 100, period: '15s' },
  ]),
  tolerance: tolerance(),
});

const scaleDownRules = z.strictObject({
  stabilizationWindow: duration({
    about: 'Scale down only as far as the highest recommendation of this window; downscaleStabilization if left out.',
    max: '1h',
    source: API,
  }).optional(),
  selectPolicy: selectPolicy(),
  policies: scalingPolicies([{ type: 'Percent', value: 100, period: '15s' }]),
  tolerance: tolerance(),
});

/** The settings of a Horizontal Pod Autoscaler that do not depend on its metric, with the controller's flags. */
export const HPA_PARAMETERS = {
  syncPeriod: duration({ about: 'Time between evaluations.', default: '15s', min: '1s', source: CONTROLLER }),
  tolerance: share({
    about: 'No change while usage / target lies within this share of one, either way.',
    default: '10%',
    source: CONTROLLER,
  }),
  downscaleStabilization: duration({
    about: 'Scale down only as far as the highest recommendation of this long, unless scaleDown sets its own window.',
    default: '5m',
    source: CONTROLLER,
  }),
  scaleUp: scaleUpRules.optional().meta({
    description: 'spec.behavior.scaleUp. Without scaleUp and scaleDown the older rules hold: at most double, or 4.',
  }),
  scaleDown: scaleDownRules.optional().meta({ description: 'spec.behavior.scaleDown.' }),
};

export type HpaSettings = z.output<z.ZodObject<typeof HPA_PARAMETERS>>;

/** `spec.behavior`: defaults fill in only if either direction is given, as in the API server. */
export function behaviorOf(settings: HpaSettings): HorizontalAutoscalerConfig['behavior'] {
  const { scaleUp, scaleDown } = settings;
  if (scaleUp === undefined && scaleDown === undefined) return undefined;
  const up = scaleUp ?? scaleUpRules.parse({});
  const down = scaleDown ?? scaleDownRules.parse({});
  const stabilizationWindow = down.stabilizationWindow ?? settings.downscaleStabilization;
  return { up: up satisfies ScalingRules, down: { ...down, stabilizationWindow } };
}

export function tolerancesOf(settings: HpaSettings): Tolerances {
  const { tolerance, scaleUp, scaleDown } = settings;
  return { up: scaleUp?.tolerance ?? tolerance, down: scaleDown?.tolerance ?? tolerance };
}
