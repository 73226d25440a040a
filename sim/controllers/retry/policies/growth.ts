/**
 * `base` multiplied `times` times by `factor`, at most `cap`. By repeated multiplication, so that doubling is exact;
 * it stops as soon as a growing value meets the cap.
 */
export function grown(base: number, factor: number, times: number, cap: number): number {
  let value = base;
  for (let i = 0; i < times; i++) {
    if (factor >= 1 && (value >= cap || factor === 1 || value === 0)) break;
    value *= factor;
  }
  return Math.min(value, cap);
}
