import type { Json } from './json.ts';
import { isJson, when } from './json.ts';

/**
 * Takes what is required out of a schema, and returns it as a schema of its own: a scenario that extends another may
 * leave out whatever the other has. Lists are replaced as a whole, so what is in them stays required. Changes the schema
 * in place.
 */
export function hoistRequired(schema: Json): Json {
  const hoisted: Json = {};
  for (const key of ['required', 'oneOf']) {
    if (schema[key] === undefined) continue;
    hoisted[key] = schema[key];
    delete schema[key];
  }
  const properties = mapValues(schema['properties'], hoistRequired);
  if (properties !== undefined) hoisted['properties'] = properties;
  const rest = schema['additionalProperties'];
  const below = isJson(rest) ? hoistRequired(rest) : {};
  if (Object.keys(below).length > 0) hoisted['additionalProperties'] = below;
  const alternative = Array.isArray(schema['anyOf']) ? hoistOfAlternatives(schema['anyOf'] as Json[]) : {};
  return { ...hoisted, ...alternative };
}

/** Where one of several alternatives is a map, what is required of it is required of maps. */
function hoistOfAlternatives(alternatives: readonly Json[]): Json {
  const maps = alternatives.filter(({ type }) => type === 'object');
  if (maps.length !== 1) return {};
  const demand = hoistRequired(maps[0]);
  return Object.keys(demand).length === 0 ? {} : when({ type: 'object' }, demand);
}

/** The values that are not empty; undefined if none is left. */
function mapValues(values: unknown, change: (value: Json) => Json): Json | undefined {
  if (!isJson(values)) return undefined;
  const changed = Object.entries(values)
    .filter((entry): entry is [string, Json] => isJson(entry[1]))
    .map(([key, value]): [string, Json] => [key, change(value)])
    .filter(([, value]) => Object.keys(value).length > 0);
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}
