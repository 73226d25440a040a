/**
 * Every rule, in the order of its code. A code is never used again. OC1xx are about tries and time, OC2xx about late and
 * partial views, OC3xx about breakers, limiters and ejection, OC4xx about autoscalers, OC5xx about services, OC9xx are
 * notes.
 */
import { nearest } from '../../../units/nearest.ts';
import type { Rule } from '../rule.ts';
import { autoscalerSlowerThanSurge } from './autoscaler-slower-than-surge.ts';
import { backoffWithoutJitter } from './backoff-without-jitter.ts';
import { breakerCannotOpen } from './breaker-cannot-open.ts';
import { breakerCountsRefusals } from './breaker-counts-refusals.ts';
import { burstBelowTries } from './burst-below-tries.ts';
import { cooldownBelowReaction } from './cooldown-below-reaction.ts';
import { ejectsEverything } from './ejects-everything.ts';
import { ejectsNothing } from './ejects-nothing.ts';
import { herding } from './herding.ts';
import { lagsDiffer } from './lags-differ.ts';
import { limiterChargesRetries } from './limiter-charges-retries.ts';
import { penaltyEmptiesBucket } from './penalty-empties-bucket.ts';
import { queueOutlivesDeadline } from './queue-outlives-deadline.ts';
import { quotaBelowTraffic } from './quota-below-traffic.ts';
import { refusalsChargedBlindly } from './refusals-charged-blindly.ts';
import { reliesOnDefault } from './relies-on-default.ts';
import { retriesMultiply } from './retries-multiply.ts';
import { retriesWithoutBudget } from './retries-without-budget.ts';
import { retryOfLimited } from './retry-of-limited.ts';
import { retryRepeatsEffect } from './retry-repeats-effect.ts';
import { samplingGap } from './sampling-gap.ts';
import { timeoutBelowServiceTime } from './timeout-below-service-time.ts';
import { timeoutRetriedButNeverMade } from './timeout-retried-but-never-made.ts';
import { timeoutsInverted } from './timeouts-inverted.ts';
import { triesExceedDeadline } from './tries-exceed-deadline.ts';
import { twoAutoscalers } from './two-autoscalers.ts';
import { windowBelowLag } from './window-below-lag.ts';

export const RULES: readonly Rule[] = [
  retriesMultiply,
  triesExceedDeadline,
  timeoutsInverted,
  timeoutBelowServiceTime,
  timeoutRetriedButNeverMade,
  retryRepeatsEffect,
  retriesWithoutBudget,
  retryOfLimited,
  backoffWithoutJitter,
  limiterChargesRetries,
  windowBelowLag,
  lagsDiffer,
  herding,
  samplingGap,
  breakerCannotOpen,
  breakerCountsRefusals,
  refusalsChargedBlindly,
  penaltyEmptiesBucket,
  burstBelowTries,
  quotaBelowTraffic,
  ejectsNothing,
  ejectsEverything,
  autoscalerSlowerThanSurge,
  cooldownBelowReaction,
  twoAutoscalers,
  queueOutlivesDeadline,
  reliesOnDefault,
];

/** A rule by its code or its name; or the nearest that there is. */
export function findRule(wanted: string): Rule | { readonly hint: string | undefined } {
  const rule = RULES.find(({ code, name }) => code === wanted.toUpperCase() || name === wanted);
  return (
    rule ?? {
      hint: nearest(
        wanted,
        RULES.flatMap(({ code, name }) => [code, name]),
      ),
    }
  );
}
