import { z } from 'zod';

/**
 * What a controller is, in words and as data: reports, the linter, the page and the docs read it.
 */
export interface Card {
  /** The decision that it makes, for whom. */
  readonly decides: string;
  /** The signals that it decides on, and whether they are its own or reported. */
  readonly signals: string;
  /** How often it decides: each attempt, each result, each interval. */
  readonly cadence: string;
  /** How it fails: what its wrong decisions do. */
  readonly fails: string;
}

/** A policy: the pure decision rule inside a controller, under the name that a scenario selects it by. */
export interface PolicyDefinition<Policy, Context = undefined> {
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  /** The product that it is faithful to; none for a generic policy. */
  readonly product?: string;
  /** Parameters, each a schema made by `parameters.ts`. */
  readonly parameters: z.ZodRawShape;
  /** A relation between parameters that must hold: the message says what is wrong and what is allowed. */
  check?(config: never): string | undefined;
  /** Where the algorithm and its defaults come from. */
  readonly sources: readonly string[];
  /** What the policy, or the product, is known to get wrong. */
  readonly knownToGetWrong: readonly string[];
  /** Makes the policy's state for one key. */
  create(config: never, context: Context): Policy;
}

/** Types a definition: `config` in `check` and `create` is what `parameters` parse to. */
export function definePolicy<Policy, Context = undefined>() {
  return <const Shape extends z.ZodRawShape>(
    definition: Omit<PolicyDefinition<Policy, Context>, 'parameters' | 'check' | 'create'> & {
      readonly parameters: Shape;
      check?(config: z.output<z.ZodObject<Shape>>): string | undefined;
      create(config: z.output<z.ZodObject<Shape>>, context: Context): Policy;
    },
  ): typeof definition & PolicyDefinition<Policy, Context> => definition;
}

/** Randomness of a policy outside any request: the n-th draw of this policy's state, uniform on [0, 1). */
export interface OwnDraws {
  uniform(ordinal: number): number;
}
