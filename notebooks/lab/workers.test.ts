import { describe, expect, it } from 'vitest';
import { asTheyCome } from './lab.ts';
import type { Orders } from './orders.ts';
import type { Reply, Request, WorkerPort } from './workers.ts';
import { Workers } from './workers.ts';

/** A worker that answers when it is told to. */
class HandWorker implements WorkerPort {
  readonly asked: Request[] = [];
  private reply: (event: { readonly data: Reply }) => void = () => {};
  private fail: (event: { readonly message: string }) => void = () => {};

  postMessage(request: Request): void {
    this.asked.push(request);
  }

  addEventListener(type: 'message' | 'error', listener: (event: never) => void): void {
    if (type === 'message') this.reply = listener as typeof this.reply;
    else this.fail = listener as typeof this.fail;
  }

  answer(): void {
    this.reply({ data: { answer: [] } });
  }

  refuse(error: string): void {
    this.reply({ data: { error } });
  }

  crash(message: string): void {
    this.fail({ message });
  }
}

const order = (seed: string): Orders['observe'] => ({ seeds: [seed] }) as unknown as Orders['observe'];
const seedsOf = ({ asked }: HandWorker): string[] =>
  asked.map((request) => (request.order as Orders['observe']).seeds[0]);

function lab(width: number) {
  const started: HandWorker[] = [];
  const loads: number[] = [];
  const workers = new Workers(
    width,
    () => {
      started.push(new HandWorker());
      return started.at(-1)!;
    },
    (orders) => loads.push(orders),
  );
  return { workers, started, loads };
}

describe('workers', () => {
  it('are started when they are needed, and no more than there may be', async () => {
    const { workers, started, loads } = lab(2);
    const all = ['1', '2', '3'].map((seed) => workers.do('observe', order(seed)));
    expect(started.map(seedsOf)).toEqual([['1'], ['2']]);
    expect(loads.at(-1)).toBe(3);
    started[1].answer();
    expect(started.map(seedsOf)).toEqual([['1'], ['2', '3']]);
    started[0].answer();
    started[1].answer();
    await Promise.all(all);
    expect(loads.at(-1)).toBe(0);
  });

  it('do what is urgent before what waits', () => {
    const { workers, started } = lab(1);
    void workers.do('observe', order('1'));
    void workers.do('observe', order('2'));
    void workers.do('observe', order('3'), { isUrgent: true });
    started[0].answer();
    expect(seedsOf(started[0])).toEqual(['1', '3']);
  });

  it('never begin what was aborted while it waited', async () => {
    const { workers, started, loads } = lab(1);
    const controller = new AbortController();
    void workers.do('observe', order('1'));
    const dropped = workers.do('observe', order('2'), { signal: controller.signal });
    controller.abort();
    await expect(dropped).rejects.toThrow('aborted');
    started[0].answer();
    expect(seedsOf(started[0])).toEqual(['1']);
    expect(loads.at(-1)).toBe(0);
  });

  it('go on after an order that failed', async () => {
    const { workers, started } = lab(1);
    const refused = workers.do('observe', order('1'));
    const crashed = workers.do('observe', order('2'));
    const last = workers.do('observe', order('3'));
    started[0].refuse('no such service');
    started[0].crash('out of memory');
    started[0].answer();
    await expect(refused).rejects.toThrow('no such service');
    await expect(crashed).rejects.toThrow('out of memory');
    await expect(last).resolves.toEqual([]);
  });
});

describe('promises as they come', () => {
  it('are handed over in the order in which they are there', async () => {
    const later = new Promise<string>((resolve) => setTimeout(() => resolve('later'), 20));
    const come: string[] = [];
    for await (const one of asTheyCome([later, Promise.resolve('now')])) come.push(one);
    expect(come).toEqual(['now', 'later']);
  });

  it('end with the first that fails', async () => {
    const values = asTheyCome([Promise.reject(new Error('lost')), Promise.resolve(1)]);
    await expect(values.next()).rejects.toThrow('lost');
    expect((await values.next()).done).toBe(true);
  });
});
