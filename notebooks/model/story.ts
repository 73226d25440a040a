import type { DesignSpec, Explanation, Scenario } from '../../sim/index.ts';
import { explanationReport } from '../../sim/reports/explanation-report.ts';
import type { StoryStep } from '../../sim/reports/report.ts';
import type { Haste, Lab } from '../lab/lab.ts';

/** The first request that control killed, step by step, as `overcontrol explain --first killed` tells it. */
export interface KilledStory {
  readonly request: number;
  readonly outcome: string;
  /** From its arrival to its end. */
  readonly tookMs: number;
  readonly deadlineMs: number;
  readonly steps: readonly StoryStep[];
  readonly moral: readonly string[];
  /** Requests of the same run that died like it. */
  readonly alike: number;
}

export async function tellFirstKilled(lab: Lab, scenario: Scenario, haste?: Haste): Promise<KilledStory> {
  const [design] = scenario.designs;
  const explanation = await lab.do('explain', { scenario, design, choice: { first: 'killed' } }, haste);
  return storyOf(explanation, design);
}

function storyOf(explanation: Explanation, design: DesignSpec): KilledStory {
  const { trace, alike } = explanation;
  const { blocks } = explanationReport(explanation, design);
  return {
    request: trace.request,
    outcome: trace.outcome,
    tookMs: (trace.endedAt - trace.arrivedAt) / 1e6,
    deadlineMs: (trace.deadlineAt - trace.arrivedAt) / 1e6,
    steps: blocks.flatMap((block) => (block.kind === 'story' ? block.steps.map(asPlainText) : [])),
    moral: blocks.flatMap((block) => (block.kind === 'list' ? block.items : [])),
    alike,
  };
}

/** Reports mark names with backticks, for terminals. */
function asPlainText(step: StoryStep): StoryStep {
  const plain = (text: string): string => text.replaceAll('`', '');
  const { believed, truth, decided, verdict } = step;
  return {
    ...step,
    believed: plain(believed),
    truth: plain(truth),
    decided: plain(decided),
    verdict: plain(verdict),
  };
}
