/**
 * The case library: models whose behaviour is known, each held against a scenario of scenarios/validation. A file a family.
 * To add a case, add a row to its family; to add a family, a file here, a line below, and its scenario file.
 */
import type { ValidationCase } from '../case.ts';
import { balancingCases } from './balancing.ts';
import type { ExactBalancing } from './balancing.ts';
import { queueingCases } from './queueing.ts';
import { staleBalancingCases } from './stale-balancing.ts';
import type { StaleBalancing } from './stale-balancing.ts';

/** Published values, by the file in scenarios/validation/results that they stand in. */
export interface PublishedResults {
  readonly 'lb-exact': ExactBalancing;
  readonly 'stale-lb': StaleBalancing;
}

export function casesOf(results: PublishedResults): ValidationCase[] {
  return [
    ...queueingCases(),
    ...balancingCases(results['lb-exact']),
    ...staleBalancingCases(results['stale-lb']),
  ];
}
