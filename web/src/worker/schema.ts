import { scenarioJsonSchema } from '../../../sim/index.ts';
import type { Registry } from '../../../sim/index.ts';

/** What the editor completes and explains by. */
export function schemaOf(registry: Registry): unknown {
  return scenarioJsonSchema(registry);
}
