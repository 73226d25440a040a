/**
 * The rules of autoscalers, pure: given the time and a view, how many replicas. A file a policy, over cores that products
 * share: `horizontal-autoscaler` (with `replica-calculator`, `group-pods`, `scaling-behavior` and the lists that it looks
 * back on), `knative-autoscaler` (with its buckets and `scale-to-zero`), `auto-scaling-group` and `cloudwatch-alarm`.
 * `cluster-autoscaler` stands apart: it turns replicas into nodes.
 *
 * Imports the contract, the parameters and the kernel's time and mathematics. To add a policy: a file, and a line below.
 */
import type { AutoscalerPolicyDefinition } from '../policy.ts';
import { awsStepScaling } from './aws-step-scaling.ts';
import { awsTargetTracking } from './aws-target-tracking.ts';
import { hpa } from './hpa.ts';
import { keda } from './keda.ts';
import { knative } from './knative.ts';
import { predictive } from './predictive.ts';
import { step } from './step.ts';

/** Every policy that an autoscaler can be given, generic ones first. */
export const AUTOSCALER_POLICIES: readonly AutoscalerPolicyDefinition[] = [
  step,
  predictive,
  hpa,
  knative,
  keda,
  awsTargetTracking,
  awsStepScaling,
];
