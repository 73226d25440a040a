import { formatDuration, parseDuration } from '../../units/duration.ts';
import type { Property } from '../property.ts';
import { bounded, significant } from '../property.ts';
import { PropertyTestError } from '../property-test-error.ts';
import type { SeedRun } from '../seed-run.ts';

export interface Oscillation {
  /** Turns (up after down, down after up) that are still no oscillation. */
  readonly turns?: number;
  /** Turns count together if they fall within this time. */
  readonly within?: string;
  /** Of this autoscaler; of each unless given. */
  readonly autoscaler?: string;
}

/** The autoscaler settles: it does not scale up and down and up again. */
export function noOscillation({ turns = 2, within = '10m', autoscaler }: Oscillation = {}): Property {
  const span = parseDuration(within);
  if (span === undefined) {
    throw new PropertyTestError(`noOscillation: \`within\` is a duration such as '10m', not ${within}`);
  }
  return bounded({
    name: autoscaler === undefined ? 'noOscillation' : `noOscillation-${autoscaler}`,
    about: `${autoscaler ?? 'autoscalers'} at most ${turns} turns within ${formatDuration(span)}`,
    atMost: turns,
    of: (run) => Math.max(0, ...namesOf(run, autoscaler).map((name) => mostTurns(run, name, span))),
    vacuous: (run) => {
      const names = namesOf(run, autoscaler);
      return run.changes.some(({ layer }) => names.includes(layer)) ? undefined : 'no autoscaler ever scaled';
    },
    write: significant,
  });
}

function namesOf({ design }: SeedRun, autoscaler: string | undefined): string[] {
  return design.autoscalers.map(({ name }) => name).filter((name) => autoscaler === undefined || name === autoscaler);
}

/** The most turns of one autoscaler within any `span`. */
function mostTurns(run: SeedRun, name: string, span: number): number {
  const turns: number[] = [];
  let last = 0;
  let most = 0;
  for (const { at, layer, from, to } of run.changes) {
    if (layer !== name) continue;
    const direction = Number(to) > Number(from) ? 1 : -1;
    if (last !== 0 && direction !== last) turns.push(at);
    last = direction;
    while (turns.length > 0 && turns[0] < at - span) turns.shift();
    most = Math.max(most, turns.length);
  }
  return most;
}
