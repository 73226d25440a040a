import { bareDesign, FaultPlan, isClosedLoop } from '../../../sim/index.ts';
import type { DesignSpec, LayerSpec, Registry, Scenario } from '../../../sim/index.ts';
import { LIMITS, peakRate } from './limits.ts';
import type { FaultSummary, LayerSummary, ScenarioSummary } from './protocol.ts';

/** Shown of a run are so many seconds before the first fault and after the last, within bounds. */
const BEFORE_MS = 20_000;
const AFTER_MS = 45_000;
const SHORTEST_MS = 60_000;
const LONGEST_MS = 120_000;

/** The stretch of a run that is recorded: around its faults, and no more than a page can hold. */
export function windowOf(scenario: Scenario, faults: readonly FaultSummary[]): { fromMs: number; untilMs: number } {
  const durationMs = scenario.world.duration / 1e6;
  const first = faults[0]?.fromMs ?? 0;
  const fromMs = Math.max(0, Math.min(first - BEFORE_MS, durationMs - SHORTEST_MS));
  const ends = faults.map(({ fromMs: from, untilMs }) => (untilMs === Infinity ? from + AFTER_MS : untilMs));
  const wanted = Math.max(SHORTEST_MS, ...ends.map((end) => end + AFTER_MS - fromMs));
  const affordable = (LIMITS.recorded / Math.max(1, peakRate(scenario.world))) * 1000;
  const length = Math.min(wanted, LONGEST_MS, affordable, durationMs - fromMs);
  return { fromMs, untilMs: fromMs + Math.max(1000, length) };
}

export function summaryOf(scenario: Scenario, text: string, registry: Registry): ScenarioSummary {
  const { world } = scenario;
  const faults = faultsOf(scenario);
  return {
    name: scenario.name,
    about: scenario.about,
    seed: scenario.seed,
    durationMs: world.duration / 1e6,
    isClosedLoop: isClosedLoop(world),
    ...windowOf(scenario, faults),
    services: world.services.map(({ name, instances, concurrency }) => ({
      name,
      instances: instances.max,
      slots: concurrency,
    })),
    traffic: world.traffic.map(({ name, to, clients, deadline }) => ({
      name,
      to,
      clients,
      deadlineMs: deadline / 1e6,
    })),
    edges: scenario.designs[0].edges.map(({ from, to }) => ({ from, to })),
    faults,
    designs: [...scenario.designs, bareDesign(scenario)].map((design) => ({
      name: design.name,
      about: design.about,
      layers: layersOf(design, registry),
    })),
    story: storyOf(text),
  };
}

function layersOf({ edges, autoscalers }: DesignSpec, registry: Registry): LayerSummary[] {
  const summary = (layer: LayerSpec, edge: number): LayerSummary => ({
    name: layer.name,
    kind: layer.kind,
    policy: layer.policy,
    edge,
    reported: layer.source === 'reported',
    lagMs: layer.metrics.lag / 1e6,
    propagateCause: layer.propagateCause,
    shadow: layer.shadow,
    key: typeof layer.config['key'] === 'string' ? layer.config['key'] : '',
    about: registry.kinds.get(layer.kind)?.about ?? '',
    service: typeof layer.config['service'] === 'string' ? layer.config['service'] : '',
  });
  return [
    ...edges.flatMap(({ layers }, edge) => layers.map((layer) => summary(layer, edge))),
    ...autoscalers.map((layer) => summary(layer, -1)),
  ];
}

/** Every time that a fault strikes, in order. */
function faultsOf({ world, seed }: Scenario): FaultSummary[] {
  return new FaultPlan(world, seed).occurrences.slice(0, 200).map(({ act, from, until, instances }) => {
    const where = 'service' in act ? act.service : 'layer' in act ? act.layer : 'traffic' in act ? act.traffic : '';
    const which =
      instances.length === 0
        ? ''
        : instances.length <= 3
          ? `[${instances.join(', ')}]`
          : `, ${instances.length} instances`;
    const factor = 'factor' in act ? ` ×${act.factor}` : '';
    return {
      kind: act.kind,
      label: `${act.kind}${factor} ${where}${which}`.trim(),
      fromMs: from / 1e6,
      untilMs: until / 1e6,
    };
  });
}

/** The opening comment's numbered steps, and the paragraph after them. */
export function storyOf(text: string): ScenarioSummary['story'] {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    if (!line.startsWith('#')) break;
    lines.push(line.replace(/^#\s?/, '').trimEnd());
  }
  const steps: string[] = [];
  const closing: string[] = [];
  let place: 'before' | 'step' | 'after' = 'before';
  for (const line of lines) {
    const numbered = /^\s*\d+\.\s+(.*)$/.exec(line);
    if (numbered !== null) {
      steps.push(numbered[1]);
      place = 'step';
    } else if (line.trim() === '') {
      if (place === 'step') place = 'after';
      else if (closing.length > 0 && closing.at(-1) !== '') closing.push('');
    } else if (place === 'step') {
      steps[steps.length - 1] += ` ${line.trim()}`;
    } else if (place === 'after' && !/^\s*npx /.test(line)) {
      closing.push(line.trim());
    }
  }
  const last = closing.join(' ').split('  ').at(-1) ?? '';
  return { steps, closing: last.trim().replaceAll('`', '').replace(/:$/, '.') };
}
