/**
 * The case library: models whose behaviour is known, each held against a scenario of scenarios/validation. A file a family.
 * To add a case, add a row to its family; to add a family, a file here, a line below, and its scenario file.
 */
import type { ValidationCase } from '../case.ts';
import { balancingCases } from './balancing.ts';
import type { ExactBalancing } from './balancing.ts';
import { breakerCases } from './breakers.ts';
import type { CircuitBreakers } from './breakers.ts';
import { jitterCases } from './jitter.ts';
import type { BackoffJitter } from './jitter.ts';
import { latencyCases } from './latency-balancing.ts';
import type { LatencyBalancing } from './latency-balancing.ts';
import { metastableCases } from './metastable.ts';
import type { BoundedQueueMetastability, RetryMetastability, TriggerMetastability } from './metastable.ts';
import { networkCases } from './networks.ts';
import { queueingCases } from './queueing.ts';
import { retryCases } from './retries.ts';
import type { RetryAmplification } from './retries.ts';
import { scalingCases } from './scaling.ts';
import type { Scaling } from './scaling.ts';
import { staleBalancingCases } from './stale-balancing.ts';
import type { StaleBalancing } from './stale-balancing.ts';

/** Published values, by the file in scenarios/validation/results that they stand in. */
export interface PublishedResults {
  readonly 'lb-exact': ExactBalancing;
  readonly 'stale-lb': StaleBalancing;
  readonly 'metastable-hotos21': RetryMetastability;
  readonly 'metastable-osdi22-trigger': TriggerMetastability;
  readonly 'metastable-bounded-queue': BoundedQueueMetastability;
  readonly 'retry-amplification': RetryAmplification;
  readonly 'lb-latency-linkerd': LatencyBalancing;
  readonly 'backoff-jitter': BackoffJitter;
  readonly 'circuit-breaker': CircuitBreakers;
  readonly autoscaling: Scaling;
}

export function casesOf(results: PublishedResults): ValidationCase[] {
  return [
    ...queueingCases(),
    ...networkCases(),
    ...balancingCases(results['lb-exact']),
    ...staleBalancingCases(results['stale-lb']),
    ...latencyCases(results['lb-latency-linkerd']),
    ...metastableCases(
      results['metastable-hotos21'],
      results['metastable-osdi22-trigger'],
      results['metastable-bounded-queue'],
    ),
    ...retryCases(results['retry-amplification']),
    ...jitterCases(results['backoff-jitter']),
    ...breakerCases(results['circuit-breaker']),
    ...scalingCases(results.autoscaling),
  ];
}
