import { formatDuration, parseDuration } from '../../units/duration.ts';
import { parseShare } from '../../units/share.ts';
import type { Property } from '../property.ts';
import { bounded, percent } from '../property.ts';
import { PropertyTestError } from '../property-test-error.ts';
import type { SeedRun, Trigger } from '../seed-run.ts';

export interface Recovery {
  /** How long after the last fault or surge. */
  readonly within: string;
  /** Share of the goodput before the first that must be back, such as 0.95 or '95%'. */
  readonly goodput: number | string;
  readonly tolerance?: number;
}

/**
 * Not metastable: once the trigger is gone, the design comes back by itself. The share of requests served from `within`
 * after the last fault until arrivals end, against the share before the first fault (of all, if there was none before).
 */
export function recovers({ within, goodput, tolerance = 0.01 }: Recovery): Property {
  const span = parseDuration(within);
  const share = parseShare(goodput);
  if (span === undefined)
    throw new PropertyTestError(`recovers: \`within\` is a duration such as '60s', not ${within}`);
  if (share === undefined || share <= 0 || share > 1) {
    throw new PropertyTestError(`recovers: \`goodput\` is a share such as 0.95 or '95%', not ${goodput}`);
  }
  return bounded({
    name: 'recovers',
    about: `recovers within ${formatDuration(span)} to ${percent(share)} of its goodput (tolerance ${percent(tolerance)})`,
    atLeast: share,
    tolerance,
    of: (run) => recoveredShare(run, run.trigger!, span),
    vacuous: (run) => whyNoRecovery(run, span),
    write: percent,
  });
}

function whyNoRecovery(run: SeedRun, span: number): string | undefined {
  const { trigger } = run;
  if (trigger === null) return 'no fault struck, and nothing surged';
  const { duration } = run.scenario.world;
  if (trigger.until + span < duration) return undefined;
  const last = formatDuration(trigger.until);
  return `the last fault is over at ${last}: ${formatDuration(span)} later the run of ${formatDuration(duration)} has ended`;
}

/** Goodput after the trigger, relative to that before it. */
function recoveredShare(run: SeedRun, { from, until }: Trigger, span: number): number | null {
  const { step, series } = run.timeline;
  const { offered, served } = series;
  const shareIn = (begin: number, end: number): number | null => {
    let [all, good] = [0, 0];
    for (let i = 0; i < offered.length; i++) {
      if (i * step < begin || (i + 1) * step > end) continue;
      all += offered[i];
      good += served[i];
    }
    return all === 0 ? null : good / all;
  };
  const after = shareIn(until + span, run.scenario.world.duration + 1);
  const before = shareIn(0, from);
  if (after === null) return null;
  return before === null || before === 0 ? after : Math.min(1, after / before);
}
