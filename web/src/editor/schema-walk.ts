/** A JSON Schema, as far as completion looks at it. */
export interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly if?: Schema;
  readonly then?: Schema;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** A step towards a place: a key, or `null` for an item of a list. With it the scalars that stand beside it. */
export interface Step {
  readonly key: string | null;
}

/** What may stand at a place. */
export interface Place {
  readonly keys: ReadonlyMap<string, Schema>;
  readonly values: readonly string[];
}

/** Scalars of the map at each depth, which say which branch of a schema holds (`kind: retry`). */
export type Siblings = readonly Readonly<Record<string, string>>[];

/** Walks from the root of a schema to a place, and says which keys and values may stand there. */
export function lookUp(root: Schema, path: readonly Step[], siblings: Siblings): Place {
  let at: Schema[] = expand(root, [root], siblings[0] ?? {});
  path.forEach(({ key }, depth) => {
    const below = at.flatMap((schema): Schema[] => {
      if (key === null) return typeof schema.items === 'object' ? [schema.items] : [];
      const property = schema.properties?.[key];
      if (property !== undefined) return [property];
      return typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : [];
    });
    at = expand(root, below, siblings[depth + 1] ?? {});
  });
  const keys = new Map<string, Schema>();
  const values = new Set<string>();
  for (const schema of at) {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      if (!keys.has(name) || keys.get(name)?.description === undefined) keys.set(name, property);
    }
    if (schema.const !== undefined) values.add(String(schema.const));
    for (const value of schema.enum ?? []) values.add(String(value));
    if (schema.type === 'boolean') ['true', 'false'].forEach((value) => values.add(value));
  }
  return { keys, values: [...values] };
}

/** A schema with its references and branches, one after the other. */
function expand(root: Schema, schemas: readonly Schema[], beside: Readonly<Record<string, string>>): Schema[] {
  const found: Schema[] = [];
  const seen = new Set<Schema>();
  const visit = (schema: Schema | undefined): void => {
    if (schema === undefined || seen.has(schema)) return;
    seen.add(schema);
    found.push(schema);
    if (schema.$ref !== undefined) visit(root.$defs?.[schema.$ref.replace('#/$defs/', '')]);
    for (const branch of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]) visit(branch);
    if (schema.then !== undefined && holds(schema.if, beside)) visit(schema.then);
  };
  schemas.forEach(visit);
  return found;
}

function holds(condition: Schema | undefined, beside: Readonly<Record<string, string>>): boolean {
  return Object.entries(condition?.properties ?? {}).every(
    // What is not written yet may still become anything.
    ([key, { const: wanted }]) => wanted === undefined || beside[key] === undefined || beside[key] === String(wanted),
  );
}
