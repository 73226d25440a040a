import { isMap, isSeq, parseDocument } from 'yaml';
import { findDesign, layerNames } from '../../../sim/index.ts';
import { read } from './lane-run.ts';
import type { LaneSpec, ScenarioSource, WrittenFault } from './protocol.ts';

const STYLE = { lineWidth: 120, flowCollectionPadding: true };

/** The scenario's text with one more fault at the end of its faults; everything else, comments too, stays as it is. */
export function addFault({ text }: ScenarioSource, fault: WrittenFault): string {
  const document = parseDocument(text);
  const node = document.createNode(fault, { flow: true });
  const faults = document.getIn(['world', 'faults']);
  if (isSeq(faults)) {
    if (faults.items.length === 0) faults.flow = false;
    faults.add(node);
  } else {
    document.setIn(['world', 'faults'], document.createNode([]));
    document.addIn(['world', 'faults'], node);
  }
  return document.toString(STYLE);
}

/** The scenario's text with a lane kept as one of its designs. */
export function addDesign(source: ScenarioSource, name: string, { design, off, lag, cause }: LaneSpec): string {
  const document = parseDocument(source.text);
  const scenario = read(source);
  const base = document.getIn(['designs', design]);
  const entry = (isMap(base) ? base.toJSON() : {}) as Record<string, unknown>;
  const found = findDesign(scenario, design);
  const gone = [...(found?.without ?? []), ...off];
  delete entry['only'];
  if (gone.length > 0) entry['without'] = gone;
  const set: Record<string, unknown> = { ...(entry['set'] as Record<string, unknown> | undefined) };
  const names = found === undefined ? [] : layerNames(found);
  for (const [layer, ms] of Object.entries(lag)) if (names.includes(layer)) set[`${layer}.metrics.lag`] = `${ms}ms`;
  for (const [layer, is] of Object.entries(cause)) if (names.includes(layer)) set[`${layer}.propagateCause`] = is;
  if (Object.keys(set).length > 0) entry['set'] = set;
  const node = document.createNode(entry, { flow: true });
  document.setIn(['designs', name], node);
  return document.toString(STYLE);
}
