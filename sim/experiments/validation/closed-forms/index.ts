/** What theory says of models that have a closed form: pure functions of their parameters, each with its source. */
export * from './backlogs.ts';
export * from './balancing.ts';
export * from './birth-death.ts';
export * from './networks.ts';
export * from './orbit-queue.ts';
export * from './retries.ts';
export * from './single-server.ts';
