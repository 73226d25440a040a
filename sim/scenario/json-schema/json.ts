/** A JSON Schema, or a part of one. */
export interface Json {
  [keyword: string]: unknown;
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is demanded of values that meet a condition. */
export function when(condition: Json, demand: Json): Json {
  // JSON Schema's own word, and nothing that waits for a promise.
  // oxlint-disable-next-line unicorn/no-thenable
  return { if: condition, then: demand };
}

/** What says something of a value without judging it. */
const ANNOTATIONS = new Set(['title', 'description', 'default', 'examples']);

/** A reference beside what it refers to already is the reference alone. Changes the schema in place. */
export function tidy(schema: unknown): void {
  if (Array.isArray(schema)) {
    for (const one of schema) tidy(one);
  } else if (isJson(schema)) {
    if ('$ref' in schema) {
      for (const key of Object.keys(schema)) if (key !== '$ref' && !ANNOTATIONS.has(key)) delete schema[key];
    }
    for (const [key, value] of Object.entries(schema)) if (!ANNOTATIONS.has(key)) tidy(value);
  }
}
