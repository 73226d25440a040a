import type { Haste, Lab } from './lab.ts';
import type { Answers, OrderKind, Orders } from './orders.ts';

/** An answer that is there or on its way, and how many wait for it. */
interface Remembered {
  readonly answer: Promise<Answers[OrderKind]>;
  readonly controller: AbortController;
  waiters: number;
}

/**
 * Does equal orders once, also while the first of them is under way: the designs of a scenario share their references, and
 * a slider that comes back finds what was there. An order is aborted when nobody waits for it any more.
 */
export class RememberingLab implements Lab {
  readonly width: number;
  private readonly inner: Lab;
  private readonly most: number;
  private readonly memory = new Map<string, Remembered>();

  /** @param most answers to keep, those that were asked for last */
  constructor(inner: Lab, most: number) {
    this.inner = inner;
    this.width = inner.width;
    this.most = most;
  }

  async do<Kind extends OrderKind>(kind: Kind, order: Orders[Kind], haste: Haste = {}): Promise<Answers[Kind]> {
    const { signal, isUrgent } = haste;
    signal?.throwIfAborted();
    const key = `${kind} ${JSON.stringify(order)}`;
    const one = this.memory.get(key) ?? this.begin(kind, order, key, isUrgent ?? false);
    this.keep(key, one);
    if (signal === undefined) {
      one.waiters++;
      return one.answer as Promise<Answers[Kind]>;
    }
    return this.wait(key, one, signal) as Promise<Answers[Kind]>;
  }

  private begin<Kind extends OrderKind>(kind: Kind, order: Orders[Kind], key: string, isUrgent: boolean): Remembered {
    const controller = new AbortController();
    const answer = this.inner.do(kind, order, { signal: controller.signal, isUrgent });
    // What failed is tried again when it is asked for again.
    answer.catch(() => this.memory.delete(key));
    return { answer, controller, waiters: 0 };
  }

  /** Waits for an answer as long as it is wanted. */
  private async wait(key: string, one: Remembered, signal: AbortSignal): Promise<Answers[OrderKind]> {
    one.waiters++;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        one.waiters--;
        if (one.waiters === 0) {
          this.memory.delete(key);
          one.controller.abort(signal.reason);
        }
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      const settle = (): void => signal.removeEventListener('abort', leave);
      one.answer
        .then(resolve, reject)
        .finally(settle)
        .catch(() => {});
    });
  }

  private keep(key: string, one: Remembered): void {
    this.memory.delete(key);
    this.memory.set(key, one);
    for (const oldest of this.memory.keys()) {
      if (this.memory.size <= this.most) return;
      this.memory.delete(oldest);
    }
  }
}
