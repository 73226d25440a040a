import { z } from 'zod';

/** What of a definition says how it is configured. */
interface Configurable {
  readonly parameters: z.ZodRawShape;
  check?(config: never): string | undefined;
}

/** A policy's settings as a scenario would write them, read as it would read them. */
export function configOf<Config>(definition: Configurable, given: Record<string, unknown>): Config {
  return z.strictObject(definition.parameters).parse(given) as Config;
}

/** What the definition finds wrong with settings that are each in order. */
export function complaint(definition: Configurable, given: Record<string, unknown>): string | undefined {
  return definition.check?.(configOf(definition, given));
}
