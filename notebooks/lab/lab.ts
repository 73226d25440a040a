import type { Observer, TaskRunner } from '../../sim/index.ts';
import type { Answers, OrderKind, Orders } from './orders.ts';

/** Where simulations are run: in workers, so that the page stays awake, or in this thread. */
export interface Lab {
  /** How many orders are under way at once. */
  readonly width: number;
  /** Rejects with the signal's reason once it is aborted. */
  do<Kind extends OrderKind>(kind: Kind, order: Orders[Kind], haste?: Haste): Promise<Answers[Kind]>;
}

/** How much an order matters. */
export interface Haste {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
  /** Before all that waits: somebody has just moved a slider. */
  readonly isUrgent?: boolean;
}

/** A lab as the experiments take it. */
export function runnerOf(lab: Lab, haste?: Haste): TaskRunner {
  return { width: lab.width, runTask: (task) => lab.do('task', task, haste) };
}

/** A lab as the validation takes it. */
export function observerOf(lab: Lab, haste?: Haste): Observer {
  return {
    width: lab.width,
    observe: async (task) => [...(await lab.do('observe', task, haste))],
  };
}

/** Hands over values as they come, whichever is first; ends when all have. Throws when one fails. */
export function asTheyCome<Value>(values: readonly Promise<Value>[]): AsyncGenerator<Value, void, void> {
  const open = new Map(values.map((value, i) => [i, value.then((come) => ({ i, come }))]));
  // Whoever leaves early does not care what becomes of the rest.
  for (const value of open.values()) value.catch(() => {});
  return handOver(open);
}

async function* handOver<Value>(
  open: Map<number, Promise<{ readonly i: number; readonly come: Value }>>,
): AsyncGenerator<Value, void, void> {
  while (open.size > 0) {
    const { i, come } = await Promise.race(open.values());
    open.delete(i);
    yield come;
  }
}

/** A signal that is aborted when a cell is run again. */
export function abortedOn(invalidation: Promise<unknown>): AbortSignal {
  const controller = new AbortController();
  void invalidation.then(() => controller.abort());
  return controller.signal;
}
