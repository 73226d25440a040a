import { nearest } from '../units/nearest.ts';
import { shorten } from './places.ts';

/** A name longer than this is no slip of the pen, and is compared with nothing. */
const LONGEST_NAME = 100;

/** What to say of a name that is not one of the valid ones: the nearest of them, or all. */
export function unknownName(
  what: string,
  wrong: string,
  valid: Iterable<string>,
): { readonly message: string; readonly hint?: string } {
  const names = [...valid];
  const hint = wrong.length > LONGEST_NAME ? undefined : nearest(wrong, names);
  const message = `unknown ${what} \`${shorten(wrong)}\``;
  if (hint !== undefined) return { message, hint };
  return { message: `${message} (${names.length === 0 ? 'there is none' : `known: ${names.join(', ')}`})` };
}
