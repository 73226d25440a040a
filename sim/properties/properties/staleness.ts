import { formatDuration, parseDuration } from '../../units/duration.ts';
import type { Property } from '../property.ts';
import { bounded } from '../property.ts';
import { PropertyTestError } from '../property-test-error.ts';

export interface StalenessLimit {
  /** Age at the 99th percentile of its decisions. */
  readonly p99: string;
  /** Of this layer; of the stalest unless given. */
  readonly layer?: string;
}

/** No layer decides on what is older than it may be. */
export function staleness({ p99, layer }: StalenessLimit): Property {
  const age = parseDuration(p99);
  if (age === undefined) throw new PropertyTestError(`staleness: \`p99\` is a duration such as '5s', not ${p99}`);
  return bounded({
    name: layer === undefined ? 'staleness' : `staleness-${layer}`,
    about: `${layer === undefined ? 'every layer' : `\`${layer}\``} decides on what is at most ${formatDuration(age)} old (p99)`,
    atMost: age / 1e6,
    of: (run) => {
      const layers = Object.entries(run.figures.layers ?? {}).filter(([name]) => layer === undefined || name === layer);
      return layers.length === 0 ? null : Math.max(...layers.map(([, { stalenessMs }]) => stalenessMs.p99 || 0));
    },
    vacuous: (run) => {
      const { edges, autoscalers } = run.design;
      const all = [...edges.flatMap(({ layers }) => layers), ...autoscalers];
      const late = all.some(({ name, source }) => source === 'reported' && (layer === undefined || name === layer));
      return late ? undefined : 'everything is decided on live state';
    },
    write: (ms) => formatDuration(Math.floor(ms * 1e3) * 1e3),
  });
}
