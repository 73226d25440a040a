import { explain, InlineExecutor, observe, Registry, Simulation } from '../../sim/index.ts';
import type { Answers, OrderKind, Orders, QueueLengths, QueuesOrder } from './orders.ts';

const REGISTRY = new Registry();
const executor = new InlineExecutor(REGISTRY);

const ANSWERS: { readonly [Kind in OrderKind]: (order: Orders[Kind]) => Answers[Kind] | Promise<Answers[Kind]> } = {
  task: (task) => executor.runTask(task),
  observe: (task) => observe(task, REGISTRY),
  explain: ({ scenario, design, choice }) => explain(scenario, design, scenario.seed, choice, REGISTRY),
  queues: watchQueues,
};

/** Does what an order asks for. A pure function of it. */
export async function answerTo<Kind extends OrderKind>(kind: Kind, order: Orders[Kind]): Promise<Answers[Kind]> {
  return ANSWERS[kind](order);
}

function watchQueues({ world, design, seed, service, from, until, every }: QueuesOrder): QueueLengths {
  const measure = { verdicts: false, log: false, timeline: 0, trace: [] };
  const simulation = new Simulation({ world, design, seed, rekey: '', measure }, REGISTRY);
  const { instances } = simulation.world.serviceByName.get(service)!;
  const lengths: number[][] = instances.map(() => []);
  for (let at = from; at <= until; at += every) {
    simulation.advance(at);
    instances.forEach(({ load }, i) => lengths[i].push(load));
  }
  return { from, every, instances: lengths };
}
