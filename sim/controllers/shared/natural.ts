/** `n` itself. @throws RangeError unless it is at least 0 */
export function natural(n: number): number {
  if (!(n >= 0)) throw new RangeError(`expected at least 0, found ${n}`);
  return n;
}
