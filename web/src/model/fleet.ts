import type { LaneSpec, Order, Reply, ScenarioSource } from '../worker/protocol.ts';

/** A worker that says nothing for so long while it has something to do has lost itself. */
const SILENCE_MS = 20_000;

type Asked = Extract<Order, { id: number }>;
/** An order without the number that the fleet gives it. */
export type Question = Asked extends infer O ? (O extends { id: number } ? Omit<O, 'id'> : never) : never;

/** What a lane's worker tells while it runs. */
export type LaneReply = Exclude<Reply, { kind: 'answer' | 'failed' }>;

/** One worker, and what it owes. */
export class Crew {
  private worker: Worker | null = null;
  private readonly onReply: (reply: LaneReply) => void;
  private readonly waiting = new Map<number, { resolve: (answer: unknown) => void; reject: (error: Error) => void }>();
  private running = -1;
  private questions = 0;
  private watchdog: ReturnType<typeof setTimeout> | undefined;

  constructor(onReply: (reply: LaneReply) => void = () => undefined) {
    this.onReply = onReply;
  }

  run(run: number, source: ScenarioSource, lane: LaneSpec, visibleMs: number): void {
    this.running = run;
    this.post({ kind: 'run', run, source, lane, visibleMs });
  }

  async ask<Answer>(question: Question): Promise<Answer> {
    const id = this.questions++;
    return new Promise<unknown>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.post({ ...question, id });
    }) as Promise<Answer>;
  }

  /** Ends whatever it does, at once. */
  stop(message: string): void {
    this.worker?.terminate();
    this.worker = null;
    clearTimeout(this.watchdog);
    const run = this.running;
    this.running = -1;
    for (const { reject } of this.waiting.values()) reject(new Error(message));
    this.waiting.clear();
    if (run >= 0) this.onReply({ kind: 'refused', run, message });
  }

  get isBusy(): boolean {
    return this.running >= 0 || this.waiting.size > 0;
  }

  private post(order: Order): void {
    this.worker ??= this.hire();
    this.worker.postMessage(order);
    this.watch();
  }

  private hire(): Worker {
    const worker = new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => this.hear(data));
    worker.addEventListener('error', (event) => this.stop(`The simulation failed: ${event.message}`));
    return worker;
  }

  private hear(reply: Reply): void {
    if (reply.kind === 'answer' || reply.kind === 'failed') {
      const asked = this.waiting.get(reply.id);
      this.waiting.delete(reply.id);
      if (reply.kind === 'answer') asked?.resolve(reply.answer);
      else asked?.reject(new Error(reply.message));
    } else if (reply.run === this.running) {
      if (reply.kind === 'ended' || reply.kind === 'problems' || reply.kind === 'refused') this.running = -1;
      this.onReply(reply);
    }
    this.watch();
  }

  private watch(): void {
    clearTimeout(this.watchdog);
    if (!this.isBusy) return;
    this.watchdog = setTimeout(
      () => this.stop('Stopped: a single step of this scenario takes longer than 20 seconds to compute.'),
      SILENCE_MS,
    );
  }
}
