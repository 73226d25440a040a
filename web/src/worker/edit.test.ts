import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findDesign } from '../../../sim/index.ts';
import { designOf } from './design.ts';
import { addDesign, addFault } from './edit.ts';
import { read, REGISTRY } from './lane-run.ts';
import { storyOf } from './summary.ts';

const FILE = 'load-balancer-chaos.yaml';
const TEXT = readFileSync(new URL(`../../../scenarios/${FILE}`, import.meta.url), 'utf8');
const SOURCE = { text: TEXT, file: FILE, bases: {} };

describe('a fault made by hand', () => {
  const text = addFault(SOURCE, { at: '75.5s', for: '15s', crash: { service: 'checkout', instances: [3] } });

  it('is the last fault of the scenario', () => {
    const { faults } = read({ ...SOURCE, text }).world;
    expect(faults).toHaveLength(2);
    expect(faults[1]).toMatchObject({ timing: { at: 75.5e9 }, act: { kind: 'crash', instances: [3] } });
  });

  it('leaves the comments where they are', () => {
    for (const comment of TEXT.match(/#.*$/gm) ?? []) expect(text).toContain(comment.trim());
  });

  it('makes a list where there was none', () => {
    const calm = TEXT.replace(/ {2}faults:\n.*\n/, '');
    const changed = addFault({ ...SOURCE, text: calm }, { at: '1s', surge: { traffic: 'shoppers', factor: 2 } });
    expect(read({ ...SOURCE, text: changed }).world.faults).toHaveLength(1);
  });
});

describe('a lane that is kept as a design', () => {
  const lane = { design: 'layered', off: ['sidecar'], lag: { balancer: 500 }, cause: { breaker: true } };
  const scenario = read({ ...SOURCE, text: addDesign(SOURCE, 'mine', lane) });

  it('is the design that the lane ran', () => {
    const kept = findDesign(scenario, 'mine')!;
    const ran = designOf(read(SOURCE), lane, REGISTRY);
    expect(kept.edges).toEqual(ran.edges);
    expect(kept.without).toEqual(['sidecar']);
  });

  it('leaves the other designs as they were', () => {
    expect(scenario.designs.slice(0, -1)).toEqual(read(SOURCE).designs);
  });
});

describe('the story of a scenario', () => {
  it('is the numbered steps of its opening comment, and what it closes with', () => {
    const { steps, closing } = storyOf(TEXT);
    expect(steps).toHaveLength(5);
    expect(steps[0]).toMatch(/^the balancer picks instance 0/);
    expect(closing).toBe(closing.trim());
    expect(closing).toMatch(
      /^What the measurements say: .* One flag ends nearly all of them: breaker.propagateCause\.$/,
    );
    expect(closing).not.toContain('npx');
  });

  it('is empty where there is no comment', () => {
    expect(storyOf('name: a\n')).toEqual({ steps: [], closing: '' });
  });
});
