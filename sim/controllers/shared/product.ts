import type { z } from 'zod';
import type { PolicyDefinition } from '../definition.ts';

/** All that the definition of a product's policy says, but how it is created: the balancer layer adds that. */
export type Product<Shape extends z.ZodRawShape> = Pick<
  PolicyDefinition<unknown>,
  'name' | 'about' | 'product' | 'sources' | 'knownToGetWrong'
> & {
  readonly parameters: Shape;
  /** A relation between parameters that must hold: the message says what is wrong and what is allowed. */
  check?(config: z.output<z.ZodObject<Shape>>): string | undefined;
};

/** What a product's parameters parse to. */
export type ConfigOf<Described extends { readonly parameters: z.ZodRawShape }> = z.output<
  z.ZodObject<Described['parameters']>
>;

/** Types a product: `config` in `check` is what `parameters` parse to. */
export function describeProduct<const Shape extends z.ZodRawShape>(product: Product<Shape>): Product<Shape> {
  return product;
}
