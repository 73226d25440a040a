/** The properties that come with the library, one file each. To add one, add a file and a line. */
export { amplification } from './amplification.ts';
export { duplicates } from './duplicates.ts';
export { everyRequestEndsOnce } from './every-request-ends-once.ts';
export { expectation, expectationHolds, figure } from './figure.ts';
export { fresherIsNotWorse } from './fresher-is-not-worse.ts';
export { killsBeyondChurn } from './kills.ts';
export { limiterKeepsItsLimit } from './limiter.ts';
export { changed, earnsItsPlace, neverWorse, without } from './never-worse.ts';
export type { Change, NeverWorse } from './never-worse.ts';
export { noEjectionOfEverything } from './no-ejection-of-everything.ts';
export { noOscillation } from './no-oscillation.ts';
export { recovers } from './recovers.ts';
export { staleness } from './staleness.ts';
