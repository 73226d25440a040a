import { z } from 'zod';
import { number } from '../controllers/parameters.ts';

const ofLayer = z
  .strictObject({
    infrastructure: number({ about: 'What it runs on costs this much a year.', default: 0, min: 0 }),
    hours: number({ about: 'Hours of engineering that it takes a year.', default: 0, min: 0 }),
  })
  .describe('What one layer costs a year.');

/** What a design costs, and what a request is worth; `audit` sets the one against the other. */
export const costSchema = z
  .strictObject({
    currency: z.string().default('').describe('For reports, such as EUR.'),
    lostRequest: number({ about: 'What is lost with a request that is not served in time.', default: 0, min: 0 }),
    engineeringHour: number({ about: 'What an hour of engineering costs.', default: 0, min: 0 }),
    instanceHour: number({ about: 'What an instance costs for an hour.', default: 0, min: 0 }),
    layers: z.record(z.string(), ofLayer).default({}).describe('By the name of the layer.'),
  })
  .describe('What layers cost a year, against what they save.');

export type CostSpec = z.output<typeof costSchema>;
