/** A clock for budgets: milliseconds since it was made. What a run comes to never depends on it, only how many there are. */
export function startClock(): () => number {
  const started = process.hrtime.bigint();
  return () => Number(process.hrtime.bigint() - started) / 1e6;
}
