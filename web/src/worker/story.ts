import { Simulation, SCHEMA_VERSION, VERSION } from '../../../sim/index.ts';
import type { Explanation, RequestTrace } from '../../../sim/index.ts';
import { explanationReport } from '../../../sim/reports/explanation-report.ts';
import { designOf } from './design.ts';
import { read, REGISTRY } from './lane-run.ts';
import { checkMemory, checkTime, LimitError } from './limits.ts';
import type { LaneSpec, ScenarioSource, Story, StoryRow } from './protocol.ts';

const STEP = 250e6;

/** Runs a lane again up to the end of one request, and tells its story. */
export function tellStory(source: ScenarioSource, lane: LaneSpec, request: number, servable: boolean): Story {
  const scenario = read(source);
  const design = designOf(scenario, lane, REGISTRY);
  const { world, seed } = scenario;
  const startedAt = performance.now();
  const measure = { verdicts: true, log: false, timeline: 0, trace: [request] };
  const simulation = new Simulation({ world, design, seed, rekey: '', measure }, REGISTRY);
  const { finished } = simulation.tracer!;
  while (finished.length === 0 && !simulation.isOver) {
    simulation.advance(simulation.now + STEP);
    checkMemory(simulation);
    checkTime(startedAt);
  }
  const trace = finished[0];
  if (trace === undefined) throw new LimitError(`Request ${request} did not end within the run.`);
  const { from, to } = design.edges[trace.edge];
  const explanation: Explanation = {
    schemaVersion: SCHEMA_VERSION,
    version: VERSION,
    scenario: scenario.name,
    design: lane.design,
    seed,
    from,
    to,
    edges: design.edges.map((edge) => ({ from: edge.from, to: edge.to })),
    trace,
    layers: simulation.identities.map(({ name }) => name),
    servable,
    // What the lane beside it did with the request, the page says itself.
    servedByBare: trace.outcome === 'served',
    alike: 0,
    digest: '',
  };
  const { blocks } = explanationReport(explanation, design);
  const steps = blocks.flatMap((block) => (block.kind === 'story' ? block.steps : []));
  const moral = blocks.flatMap((block) => (block.kind === 'list' ? block.items : []));
  return {
    request,
    design: lane.design,
    outcome: trace.outcome,
    arrivedMs: trace.arrivedAt / 1e6,
    endedMs: trace.endedAt / 1e6,
    deadlineMs: trace.deadlineAt / 1e6,
    client: trace.client,
    steps: rowsOf(steps, trace),
    moral,
    trace: { ...trace, scenario: scenario.name, seed, layers: explanation.layers },
  };
}

type Step = {
  who: string;
  believed: string;
  age: string;
  truth: string;
  decided?: string;
  verdict: string;
  tone?: string;
};

function rowsOf(steps: readonly Step[], { events, arrivedAt }: RequestTrace): StoryRow[] {
  const told = events.filter(({ act }) => act !== 'arrived');
  return steps.map(({ who, believed, age, truth, decided, verdict, tone }, i) => ({
    afterMs: (told[i].at - arrivedAt) / 1e6,
    who,
    believed,
    age,
    truth,
    decided: decided ?? '',
    verdict,
    bad: tone === 'bad',
  }));
}
