/** One published case: what was set up, what was done step by step, and what came of each step. */
export interface VectorCase<Params, Input, Expected> {
  case: string;
  source: string;
  params: Params;
  inputs: Input[];
  expected: Expected[];
}

/** The cases of a vector file, without its header. Fails if the header announces another number of them. */
export function vectorCases<Params, Input, Expected>(file: unknown): VectorCase<Params, Input, Expected>[] {
  const [header, ...cases] = file as [{ header: true; cases: number }, ...VectorCase<Params, Input, Expected>[]];
  if (header.cases !== cases.length) throw new Error(`${cases.length} cases, but the header says ${header.cases}`);
  return cases;
}
