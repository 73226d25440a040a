import { z } from 'zod';
import { distributionSchema, DURATIONS } from './distribution-schema.ts';

const zoneName = z
  .string({ error: 'expected a name' })
  .max(100, 'expected a name of at most 100 characters')
  .regex(/^[A-Za-z][\w-]*$/, 'expected a name of letters, digits, - and _, beginning with a letter');

export const zonesSchema = z
  .union(
    [
      z.array(zoneName).min(1),
      z.record(zoneName, z.strictObject({ region: zoneName.describe('Zones of one region are near each other.') })),
    ],
    { error: 'expected a list of names, or a map such as { east-a: { region: east } }' },
  )
  .describe('Where instances and clients are: failure domains with a distance between them.');

const pair = z.tuple([z.string(), z.string()], { error: 'expected two zones such as [east-a, west-a]' });

/** Two zones of a fault or a link. */
export const between = pair.describe('Two zones; both ways.');

export const networkSchema = z
  .strictObject({
    sameZone: distributionSchema(DURATIONS, 'One way, within a zone. Without it: no time.').optional(),
    sameRegion: distributionSchema(
      DURATIONS,
      'One way, to another zone of the region. Without it: as `sameZone`.',
    ).optional(),
    betweenRegions: distributionSchema(
      DURATIONS,
      'One way, to another region. Without it: as `sameRegion`.',
    ).optional(),
    links: z
      .array(z.strictObject({ between, delay: distributionSchema(DURATIONS, 'One way.') }))
      .optional()
      .describe('Delays between single zones.'),
  })
  .describe('How long messages take, one way. Needs `zones`.');

export type ZonesFile = z.output<typeof zonesSchema>;
export type NetworkFile = z.output<typeof networkSchema>;
