import { z } from 'zod';
import { MAX_TIME, NEVER } from '../../../kernel/time.ts';
import { choice, duration, integer, number, rate, share, someOf } from '../../parameters.ts';
import type { Backoff, RetryBudget, RetryPolicy } from '../policy.ts';
import { PLAIN_POLICY } from './plain-policy.ts';
import { RatioBudget } from './ratio-budget.ts';
import { RETRY_CONDITIONS, retryOn } from './retry-on.ts';
import { DEPOSIT_EVENTS, TokenBucketBudget } from './token-bucket-budget.ts';

const FINAGLE = "Finagle RetryBudget's defaults";
const BROOKER = 'M. Brooker, "Fixing retries with token buckets and circuit breakers", 2022';

const ratio = z.strictObject({
  policy: z.literal('ratio'),
  ratio: share({
    about: 'Retries for each call of the window.',
    default: '20%',
    max: '1000%',
    source: FINAGLE,
  }),
  window: duration({ about: 'How far back calls and retries count.', default: '10s', min: '1ms', source: FINAGLE }),
  minimum: rate({ about: 'Retries that are allowed beside, however few the calls.', default: '10/s', source: FINAGLE }),
});

const tokenBucket = z.strictObject({
  policy: z.literal('tokenBucket'),
  deposit: number({ about: 'Tokens that each deposit puts in.', default: 0.1, min: 0, max: 1000, source: BROOKER }),
  on: choice(DEPOSIT_EVENTS, {
    about: 'What deposits: each call that succeeds, or each call that begins.',
    default: 'success',
    source: BROOKER,
  }),
  cap: number({
    about: 'The most tokens in the bucket, with which it begins.',
    default: 10,
    min: 0,
    max: 1e6,
    source: 'overcontrol',
  }),
  cost: number({ about: 'Tokens that a retry takes.', default: 1, min: 0, max: 1e6, source: BROOKER }),
});

/** Parameters that every generic retry policy has, its backoff apart. */
export const GENERIC_PARAMETERS = {
  tries: integer({
    about: 'Most attempts of one call, the first and hedged copies included.',
    default: 2,
    min: 1,
    source: 'overcontrol',
  }),
  perTryTimeout: duration({ about: 'Time for one attempt; no limit if left out.', min: '1ns' }).optional(),
  timeout: duration({
    about: 'Time for the whole call, all attempts and waits; no limit if left out.',
    min: '1ns',
  }).optional(),
  retryOn: someOf(RETRY_CONDITIONS, {
    about: 'Kinds of failure that are retried, and causes, which match only where they are visible.',
    default: ['refused', 'error', 'timedOut'],
    source: 'overcontrol',
  }),
  budget: z
    .discriminatedUnion('policy', [ratio, tokenBucket])
    .optional()
    .meta({ description: 'What all calls of a client together may spend on retries; no limit if left out.' }),
  hedge: z
    .strictObject({
      after: duration({ about: 'Time without an answer until a further copy is sent.' }),
      max: integer({ about: 'Copies of a call beside the first attempt.', default: 1, min: 1, source: 'overcontrol' }),
    })
    .optional()
    .meta({ description: 'Copies that are sent before an attempt has ended; none if left out.' }),
};

export type GenericConfig = z.output<z.ZodObject<typeof GENERIC_PARAMETERS>>;

export const baseWait = () =>
  duration({ about: 'The first wait, before jitter.', default: '25ms', source: "Envoy's base interval" });
export const longestWait = () =>
  duration({ about: 'The longest wait, before jitter; no limit if left out.' }).optional();

/** What is wrong between the parameters of a generic policy, if anything is. */
export function checkGeneric(config: GenericConfig): string | undefined {
  if (config.hedge !== undefined && config.hedge.max >= config.tries) {
    return 'hedge.max must be below tries, which counts hedged copies and the first attempt too';
  }
  return undefined;
}

export function resolveGeneric(config: GenericConfig, backoff: Backoff): RetryPolicy {
  return {
    ...PLAIN_POLICY,
    tries: config.tries,
    perTryTimeout: config.perTryTimeout ?? NEVER,
    timeout: config.timeout ?? NEVER,
    retryOn: retryOn(config.retryOn),
    backoff,
    budget: budgetOf(config.budget),
    hedge: config.hedge === undefined ? null : { ...config.hedge, onFailure: 'wait' },
  };
}

function budgetOf(budget: GenericConfig['budget']): (() => RetryBudget) | null {
  if (budget === undefined) return null;
  if (budget.policy === 'ratio') return () => new RatioBudget(budget.ratio, budget.window, budget.minimum);
  return () => new TokenBucketBudget(budget.deposit, budget.on, budget.cap, budget.cost);
}

/** A wait that the clock can show, where none is set. */
export const capOf = (cap: number | undefined): number => cap ?? MAX_TIME;
