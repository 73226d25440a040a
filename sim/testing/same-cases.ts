import * as fc from 'fast-check';

/**
 * Every run of the tests judges the same cases, so that what fails in one place fails in all. `FC_SEED=random` looks for
 * others, and a number repeats what was found.
 */
const { FC_SEED = '1' } = process.env;
if (FC_SEED !== 'random') fc.configureGlobal({ seed: Number(FC_SEED) });
