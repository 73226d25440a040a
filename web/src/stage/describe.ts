import { clockText } from '../model/format.ts';
import type { LaneData } from '../model/lane-data.ts';
import { HEALTH_NAMES } from '../model/names.ts';
import { layersOf } from '../model/store.ts';

/** What a stage shows at a moment, in a sentence or two. */
export function describeMoment(lane: LaneData, edge: number, now: number): string {
  const sample = lane.sampleAt(now);
  if (sample < 0) return '';
  const { summary } = lane;
  const to = summary.edges[edge]?.to ?? '';
  const service = Math.max(
    0,
    summary.services.findIndex(({ name }) => name === to),
  );
  const load = lane.serviceGroup('load', service)!;
  const health = lane.serviceGroup('health', service)!;
  const ill: string[] = [];
  for (let i = 0; i < health.count; i++) {
    const how = lane.at(sample, health.offset + i);
    if (how !== 0 && ill.length < 4)
      ill.push(`${to}[${i}] is ${HEALTH_NAMES[how]} with ${lane.at(sample, load.offset + i)} requests`);
  }
  const truth = ill.length === 0 ? `all instances of ${to} are healthy` : ill.join(', ');
  const beliefs = layersOf(lane.spec).flatMap(({ name, kind, edge: own }) => {
    const index = lane.layers.findIndex((layer) => layer.name === name);
    if (index < 0 || own !== edge) return [];
    const states = lane.group('state', index);
    const believed = lane.group('believed', index);
    if (kind === 'loadBalancer' && believed !== undefined) {
      let worst = -1;
      let gap = 0;
      for (let i = 0; i < believed.count; i++) {
        const difference = Math.abs(lane.at(sample, load.offset + i) - lane.at(sample, believed.offset + i));
        if (difference > gap) [worst, gap] = [i, difference];
      }
      if (worst < 0 || gap < 5) return [];
      const says = Math.round(lane.at(sample, believed.offset + worst));
      return [
        `${name} believes ${says} requests in ${to}[${worst}] where there are ${lane.at(sample, load.offset + worst)}`,
      ];
    }
    if (states !== undefined) {
      let open = 0;
      let wrongly = 0;
      for (let i = 0; i < states.count; i++) {
        if (lane.at(sample, states.offset + i) !== 2) continue;
        open++;
        if (i < health.count && lane.at(sample, health.offset + i) === 0) wrongly++;
      }
      if (open === 0) return [];
      return [`${name} is open for ${open}${wrongly > 0 ? `, ${wrongly} of them healthy` : ''}`];
    }
    return [];
  });
  return `At ${clockText(now, 1)} ${[truth, ...beliefs].join('; ')}.`;
}
