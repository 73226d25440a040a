import { ScenarioError, scenarioJsonSchema } from '../../../sim/index.ts';
import { outcomesByChance } from './churn.ts';
import { addDesign, addFault } from './edit.ts';
import { read, REGISTRY, runLane } from './lane-run.ts';
import { servableRequests } from './oracle.ts';
import type { Order, Reply } from './protocol.ts';
import { tellStory } from './story.ts';

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
  try {
    const answer = answerTo(data);
    send({ kind: 'answer', id: data.id, answer }, answer instanceof Uint8Array ? [answer.buffer as ArrayBuffer] : []);
  } catch (error) {
    send({ kind: 'failed', id: data.id, message: messageOf(error) });
  }
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

function answerTo(order: Exclude<Order, { kind: 'run' }>): unknown {
  switch (order.kind) {
    case 'oracle':
      return servableRequests(order.source);
    case 'churn':
      return outcomesByChance(order.source, order.lane);
    case 'trace':
      return tellStory(order.source, order.lane, order.request, order.servable);
    case 'check':
      return problemsOf(order.source);
    case 'addFault':
      return addFault(order.source, order.fault);
    case 'addDesign':
      return addDesign(order.source, order.name, order.lane);
    case 'schema':
      return scenarioJsonSchema(REGISTRY);
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
