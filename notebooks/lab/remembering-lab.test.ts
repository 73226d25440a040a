import { describe, expect, it } from 'vitest';
import type { Haste, Lab } from './lab.ts';
import type { Answers, OrderKind, Orders } from './orders.ts';
import { RememberingLab } from './remembering-lab.ts';

/** A lab whose orders are finished by hand. */
class SlowLab implements Lab {
  readonly width = 1;
  readonly signals: (AbortSignal | undefined)[] = [];
  private readonly ends: PromiseWithResolvers<Answers[OrderKind]>[] = [];

  async do<Kind extends OrderKind>(_kind: Kind, _order: Orders[Kind], { signal }: Haste = {}): Promise<Answers[Kind]> {
    const end = withResolvers<Answers[OrderKind]>();
    this.ends.push(end);
    this.signals.push(signal);
    signal?.addEventListener('abort', () => end.reject(signal.reason));
    return end.promise as Promise<Answers[Kind]>;
  }

  finish(index: number): void {
    this.ends[index].resolve([]);
  }

  fail(index: number): void {
    this.ends[index].reject(new Error('no room'));
  }
}

interface PromiseWithResolvers<Value> {
  readonly promise: Promise<Value>;
  resolve(value: Value): void;
  reject(reason: unknown): void;
}

function withResolvers<Value>(): PromiseWithResolvers<Value> {
  let resolve!: (value: Value) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<Value>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}

const order = (seed: string): Orders['observe'] => ({ seeds: [seed] }) as unknown as Orders['observe'];

describe('a lab that remembers', () => {
  it('does equal orders once, also while the first is under way', async () => {
    const slow = new SlowLab();
    const lab = new RememberingLab(slow, 10);
    const both = [lab.do('observe', order('1')), lab.do('observe', order('1'))];
    expect(slow.signals).toHaveLength(1);
    slow.finish(0);
    await Promise.all(both);
    await lab.do('observe', order('1'));
    expect(slow.signals).toHaveLength(1);
  });

  it('goes on while anybody waits, and aborts when nobody does', async () => {
    const slow = new SlowLab();
    const lab = new RememberingLab(slow, 10);
    const [first, second] = [new AbortController(), new AbortController()];
    const one = lab.do('observe', order('1'), { signal: first.signal });
    const other = lab.do('observe', order('1'), { signal: second.signal });
    first.abort();
    await expect(one).rejects.toThrow('aborted');
    expect(slow.signals[0]!.aborted).toBe(false);
    second.abort();
    await expect(other).rejects.toThrow('aborted');
    expect(slow.signals[0]!.aborted).toBe(true);
  });

  it('does an order anew that was aborted, or that failed', async () => {
    const slow = new SlowLab();
    const lab = new RememberingLab(slow, 10);
    const controller = new AbortController();
    const aborted = lab.do('observe', order('1'), { signal: controller.signal });
    controller.abort();
    await expect(aborted).rejects.toThrow();
    const failed = lab.do('observe', order('1'));
    slow.fail(1);
    await expect(failed).rejects.toThrow('no room');
    const last = lab.do('observe', order('1'));
    slow.finish(2);
    await expect(last).resolves.toEqual([]);
  });

  it('forgets what was asked for longest ago', async () => {
    const slow = new SlowLab();
    const lab = new RememberingLab(slow, 2);
    for (const [i, seed] of ['1', '2', '3'].entries()) {
      const done = lab.do('observe', order(seed));
      slow.finish(i);
      await done;
    }
    await lab.do('observe', order('3'));
    expect(slow.signals).toHaveLength(3);
    void lab.do('observe', order('1'));
    expect(slow.signals).toHaveLength(4);
  });

  it('refuses what nobody wants from the start', async () => {
    const lab = new RememberingLab(new SlowLab(), 2);
    await expect(lab.do('observe', order('1'), { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });
});
