import { z } from 'zod';
import { choice, duration, integer } from '../controllers/parameters.ts';
import { MOST_CALLS_OF_A_STAGE } from '../world/call-plan.ts';
import { distributionSchema, DURATIONS } from './distribution-schema.ts';

/** What a service calls while it serves, as a scenario writes it. */

const serviceName = z.string({ error: 'expected the name of a service' });

const callSchema = z.strictObject({
  to: serviceName.describe('The service that is called.'),
  times: integer({ about: 'So many calls side by side.', default: 1, min: 1, max: MOST_CALLS_OF_A_STAGE }),
  timeout: duration({ about: 'How long it waits for the answer. Without it: as long as the stage says.' }).optional(),
  compensate: serviceName
    .describe('A service that is called to undo this, once it has ended well, if the request fails after all.')
    .optional(),
});

const targetSchema = z.union([callSchema, serviceName], {
  error: 'expected the name of a service, or { to, timeout }',
});
const targets = z.array(targetSchema).min(1);

export const stageSchema = z
  .union(
    [
      z.strictObject({
        work: distributionSchema(DURATIONS, 'Work of its own in the slot, before the calls.').optional(),
        call: targetSchema.optional().describe('One call.'),
        all: targets.optional().describe('Calls side by side, all of which must end well.'),
        first: targets.optional().describe('Calls side by side, of which the first good answer counts.'),
        of: targets.optional().describe('Calls side by side, of which a `quorum` must end well.'),
        quorum: integer({ about: 'How many of `of` must end well.', min: 1 }).optional(),
        timeout: duration({ about: 'How long it waits for each answer. Without it: for ever.', min: '1ns' }).optional(),
        onFailure: choice(['fail', 'partial'], {
          about:
            'What too few good answers mean: the request fails, or what there is is merged as if it were whole (wrong).',
          default: 'fail',
        }),
      }),
      serviceName,
    ],
    { error: 'expected the name of a service, or one of { call }, { all }, { first }, { quorum, of }, { work }' },
  )
  .describe('One stage: work of its own, then calls side by side.');

export const callsSchema = z
  .array(stageSchema)
  .describe('What it calls while it serves, stage after stage, once its own work is done.');

export type StageFile = z.output<typeof stageSchema>;
export type TargetFile = z.output<typeof targetSchema>;

/** The keys of a stage that hold calls. */
export const CALL_KEYS = ['call', 'all', 'first', 'of'] as const;
