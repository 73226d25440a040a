/** A linear scale from an interval to another: d3's brings along the interpolation of colours, and its number formats. */
export type Linear = (value: number) => number;

export function linear([from, to]: readonly [number, number], [start, end]: readonly [number, number]): Linear {
  // An interval without length lies in the middle, as in d3.
  if (from === to) return () => (start + end) / 2;
  const slope = (end - start) / (to - from);
  return (value) => start + (value - from) * slope;
}
