import address from '../../../sim/scenario/scenario.schema.json?url';
import type { Schema } from './schema-walk.ts';

/** What the editor completes and explains by: the scenario's JSON Schema, as it ships. */
export async function shippedSchema(): Promise<Schema> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`the schema could not be loaded: ${answer.status}`);
  return (await answer.json()) as Schema;
}
