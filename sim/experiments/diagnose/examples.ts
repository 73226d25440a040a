import type { RequestLog } from '../../measure/request-log.ts';
import { BARE } from '../../scenario/scenario.ts';
import { REKEY } from '../seed-task.ts';
import type { Mode } from './modes.ts';
import { bitOfMode, MODES } from './modes.ts';
import type { Subject } from './plan.ts';

/** A request that a design killed, and that is served once one mode is removed. */
export interface Example {
  readonly mode: Mode;
  readonly seed: string;
  /** Its number: what `explain` is asked for. */
  readonly request: number;
  /** The other modes whose removal alone would have served it too. */
  readonly alsoHealedBy: readonly Mode[];
}

/** So many for each mode. */
const EXAMPLES = 3;

/**
 * Requests that `bare` served and the design killed, not by mere chance (re-keyed it kills them too), and that the
 * removal of one mode saves; first those that no other mode's removal would have.
 */
export function examplesIn(
  seed: string,
  design: string,
  { designs }: Subject,
  logs: ReadonlyMap<string, RequestLog>,
): Example[] {
  const bare = logs.get(BARE)!;
  const [own, again] = [logs.get(design)!, logs.get(design + REKEY)!];
  const without = MODES.map((mode) => logs.get(designs[bitOfMode(mode)])!);
  const found = MODES.map(() => [] as Example[]);
  for (let request = 0; request < bare.length; request++) {
    if (!bare.wasServed(request) || own.wasServed(request) || again.wasServed(request)) continue;
    const healing = MODES.filter((_, i) => without[i].wasServed(request));
    for (const mode of healing) {
      const alsoHealedBy = healing.filter((other) => other !== mode);
      found[MODES.indexOf(mode)].push({ mode, seed, request, alsoHealedBy });
    }
  }
  const byOthers = (a: Example, b: Example): number => a.alsoHealedBy.length - b.alsoHealedBy.length;
  return found.flatMap((examples) => examples.sort(byOthers).slice(0, EXAMPLES));
}
