import type { Haste, Lab } from './lab.ts';
import type { Answers, OrderKind, Orders } from './orders.ts';

export interface Request {
  readonly kind: OrderKind;
  readonly order: Orders[OrderKind];
}

export type Reply = { readonly answer: Answers[OrderKind] } | { readonly error: string };

/** What of a `Worker` is needed. */
export interface WorkerPort {
  postMessage(request: Request): void;
  addEventListener(type: 'message', listener: (event: { readonly data: Reply }) => void): void;
  addEventListener(type: 'error', listener: (event: { readonly message: string }) => void): void;
}

/** An order that waits for a worker. */
interface Waiting {
  readonly request: Request;
  resolve(answer: Answers[OrderKind]): void;
  reject(error: unknown): void;
}

/** A few workers, each started when it is first needed, with one queue before them. */
export class Workers implements Lab {
  readonly width: number;
  private readonly start: () => WorkerPort;
  private readonly onLoad: (orders: number) => void;
  private readonly queue: Waiting[] = [];
  private readonly idle: WorkerPort[] = [];
  private readonly current = new Map<WorkerPort, Waiting>();
  private started = 0;

  /** @param onLoad is told how many orders are under way or wait, whenever that changes */
  constructor(width: number, start: () => WorkerPort, onLoad: (orders: number) => void = () => {}) {
    this.width = width;
    this.start = start;
    this.onLoad = onLoad;
  }

  async do<Kind extends OrderKind>(kind: Kind, order: Orders[Kind], haste: Haste = {}): Promise<Answers[Kind]> {
    const { signal, isUrgent } = haste;
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        request: { kind, order },
        resolve: (answer) => resolve(answer as Answers[Kind]),
        reject,
      };
      if (isUrgent === true) this.queue.unshift(waiting);
      else this.queue.push(waiting);
      signal?.addEventListener('abort', () => this.drop(waiting, signal.reason), { once: true });
      this.next();
    });
  }

  /** What has not begun never will; what has is done to its end, and nobody is told. */
  private drop(waiting: Waiting, reason: unknown): void {
    const place = this.queue.indexOf(waiting);
    if (place >= 0) this.queue.splice(place, 1);
    waiting.reject(reason);
    this.tell();
  }

  private next(): void {
    while (this.queue.length > 0) {
      const worker = this.idle.pop() ?? this.startOne();
      if (worker === null) break;
      const waiting = this.queue.shift()!;
      this.current.set(worker, waiting);
      worker.postMessage(waiting.request);
    }
    this.tell();
  }

  private startOne(): WorkerPort | null {
    if (this.started === this.width) return null;
    this.started++;
    const worker = this.start();
    worker.addEventListener('message', ({ data }) => this.finish(worker, data));
    worker.addEventListener('error', ({ message }) => this.finish(worker, { error: message }));
    return worker;
  }

  private finish(worker: WorkerPort, reply: Reply): void {
    const waiting = this.current.get(worker);
    this.current.delete(worker);
    this.idle.push(worker);
    if ('error' in reply) waiting?.reject(new Error(reply.error));
    else waiting?.resolve(reply.answer);
    this.next();
  }

  private tell(): void {
    this.onLoad(this.queue.length + this.current.size);
  }
}
