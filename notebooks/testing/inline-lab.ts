import { answerTo } from '../lab/answer.ts';
import type { Haste, Lab } from '../lab/lab.ts';
import type { Answers, OrderKind, Orders } from '../lab/orders.ts';
import { RememberingLab } from '../lab/remembering-lab.ts';

/** A lab in this thread. */
export class InlineLab implements Lab {
  readonly width = 1;
  /** Kinds of the orders that were done, in their order. */
  readonly done: OrderKind[] = [];

  async do<Kind extends OrderKind>(kind: Kind, order: Orders[Kind], { signal }: Haste = {}): Promise<Answers[Kind]> {
    await Promise.resolve();
    signal?.throwIfAborted();
    this.done.push(kind);
    return answerTo(kind, order);
  }
}

export const testLab = (): Lab => new RememberingLab(new InlineLab(), 500);
