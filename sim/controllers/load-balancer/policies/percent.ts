/** The whole percentage nearest to a share: Envoy keeps percentages as unsigned integers, so 12.5% becomes 13. */
export function wholePercent(share: number): number {
  return Math.floor(share * 100 + 0.5);
}
