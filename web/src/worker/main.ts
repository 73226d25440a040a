import { ScenarioError } from '../../../sim/index.ts';
import { read, runLane } from './lane-run.ts';
import type { Order, Reply } from './protocol.ts';

/** One thread of the page: runs a lane in slices, and answers small orders in between. */

let running: ReturnType<typeof runLane> | null = null;
let run = -1;

/** Wakes the loop after whatever messages have come in. */
const bell = new MessageChannel();
bell.port1.addEventListener('message', step);
bell.port1.start();

function send(reply: Reply, transfer: Transferable[] = []): void {
  self.postMessage(reply, { transfer });
}

self.addEventListener('message', ({ data }: MessageEvent<Order>) => {
  if (data.kind === 'run') {
    const idle = running === null;
    ({ run } = data);
    running = runLane(run, data.source, data.lane, data.visibleMs);
    if (idle) step();
    return;
  }
  answerTo(data).then(
    (answer) => {
      const transfer = answer instanceof Uint8Array ? [answer.buffer as ArrayBuffer] : [];
      send({ kind: 'answer', id: data.id, answer }, transfer);
    },
    (error: unknown) => send({ kind: 'failed', id: data.id, message: messageOf(error) }),
  );
});

function step(): void {
  if (running === null) return;
  try {
    const { done, value } = running.next();
    if (value !== undefined && value !== null) send(value.reply, value.transfer);
    if (done === true) {
      running = null;
      return;
    }
  } catch (error) {
    running = null;
    if (error instanceof ScenarioError) send({ kind: 'problems', run, problems: error.problems });
    else send({ kind: 'refused', run, message: messageOf(error) });
    return;
  }
  bell.port2.postMessage(null);
}

/** What a run does not need is loaded when it is first asked for. */
async function answerTo(order: Exclude<Order, { kind: 'run' }>): Promise<unknown> {
  switch (order.kind) {
    case 'oracle':
      return (await import('./oracle.ts')).servableRequests(order.source);
    case 'churn':
      return (await import('./churn.ts')).outcomesByChance(order.source, order.lane);
    case 'trace':
      return (await import('./story.ts')).tellStory(order.source, order.lane, order.request, order.servable);
    case 'check':
      return problemsOf(order.source);
    case 'addFault':
      return (await import('./edit.ts')).addFault(order.source, order.fault);
    case 'addDesign':
      return (await import('./edit.ts')).addDesign(order.source, order.name, order.lane);
  }
}

function problemsOf(source: Parameters<typeof read>[0]): unknown {
  try {
    read(source);
    return [];
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    return [{ file: source.file, line: 1, column: 1, path: '', message: messageOf(error) }];
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
