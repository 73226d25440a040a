/**
 * The vocabulary of the recordings: the simulator's own words for its codes. From their own files rather than the public
 * index, so that the page's first script does not carry the simulator, which lives in the worker.
 */
export { HEALTH_NAMES, NO_REQUEST, NOWHERE } from '../../../sim/measure/recording/chunk.ts';
export { CONFLICT_NAMES } from '../../../sim/measure/conflicts.ts';
export { OUTCOME_NAMES } from '../../../sim/world/outcome.ts';
export { CAUSE_NAMES } from '../../../sim/world/result.ts';
