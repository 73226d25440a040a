/** One published case of a product: what goes in, step by step, and what comes out. */
export interface VectorCase<Params, Input, Expected> {
  readonly case: string;
  readonly source: string;
  readonly params: Params;
  readonly inputs: readonly Input[];
  readonly expected: Expected;
}

/** The cases of a vector file, its header left out. The file is an array whose header says how many it has. */
export function casesOf<Params, Input, Expected>(file: unknown): VectorCase<Params, Input, Expected>[] {
  const entries = file as (VectorCase<Params, Input, Expected> & { header?: boolean; cases?: number })[];
  const header = entries.find((entry) => entry.header === true);
  const cases = entries.filter((entry) => entry.header !== true);
  if (!(cases.length >= (header?.cases ?? Infinity))) {
    throw new Error(`header says ${header?.cases} cases, file has ${cases.length}`);
  }
  return cases;
}

/** For the last branch of an adapter: a step that it does not know must not pass in silence. */
export function unknownStep(step: unknown): never {
  throw new Error(`no such step: ${JSON.stringify(step)}`);
}
