/** A step of overload that lasts until more servers are there, as a fluid. Rates a unit of time. */
export interface Backlog {
  readonly peak: number;
  /** From the moment that more servers are there until the queue is empty. */
  readonly drain: number;
  readonly longestWait: number;
}

/** @param before @param after what all servers together can serve, up to `delay` and from then on */
export function backlogOf(arrivals: number, before: number, after: number, delay: number): Backlog {
  const peak = (arrivals - before) * delay;
  return { peak, drain: peak / (after - arrivals), longestWait: delay * (1 - before / arrivals) };
}
