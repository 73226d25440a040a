import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../kernel/time.ts';
import { readScenario } from '../../scenario/read-scenario.ts';
import { Simulation } from '../../scenario/simulation.ts';
import { REGISTRY } from '../../testing/simulate.ts';
import { OUTCOME_NAMES } from '../../world/outcome.ts';
import type { RecordingChunk } from './chunk.ts';

const FILE = fileURLToPath(new URL('../../../scenarios/load-balancer-chaos.yaml', import.meta.url));
const SCENARIO = readScenario(readFileSync(FILE, 'utf8'), FILE, {
  registry: REGISTRY,
  set: { duration: '30s', 'world.faults.0.at': '2s' },
});

interface Recorded {
  readonly simulation: Simulation;
  readonly chunks: readonly RecordingChunk[];
}

/** Runs the first design to its end, with a recording of its first 25 seconds or without. */
function run(recorded: boolean): Recorded {
  const recording = { from: 0, until: 25 * SECOND, sampleEvery: 250, mostLegs: 1e6 };
  const simulation = new Simulation(
    {
      world: SCENARIO.world,
      design: SCENARIO.designs[0],
      seed: '1',
      rekey: '',
      measure: { verdicts: true, log: false, timeline: 0, trace: [], ...(recorded ? { recording } : {}) },
    },
    REGISTRY,
  );
  const chunks: RecordingChunk[] = [];
  if (recorded) {
    for (let i = 1; i <= 100; i++) {
      simulation.advance(i * 250 * MILLISECOND);
      simulation.recorder!.sample();
      if (i % 20 === 0) chunks.push(simulation.recorder!.take());
    }
  }
  simulation.finish();
  if (recorded) chunks.push(simulation.recorder!.take());
  return { simulation, chunks };
}

describe('a recorded run', () => {
  const { simulation, chunks } = run(true);
  const { layout } = simulation.recorder!;
  const total = (of: (chunk: RecordingChunk) => number): number => chunks.reduce((sum, chunk) => sum + of(chunk), 0);

  it('is bit for bit the run without a recording', () => {
    expect(simulation.measurement.digest.toString()).toBe(run(false).simulation.measurement.digest.toString());
  });

  it('has the end of every request that arrived before recording stopped', () => {
    const requests = chunks.flatMap(({ ends }) => [...ends.request]).toSorted((a, b) => a - b);
    expect(requests).toEqual(requests.map((_, i) => i));
    expect(requests.length).toBeGreaterThan(17_000);
    const outcomes = new Set(chunks.flatMap(({ ends }) => [...ends.outcome].map((code) => OUTCOME_NAMES[code])));
    expect(outcomes).toContain('served');
    expect(outcomes).toContain('rejected');
  });

  it('has a leg for each attempt, each chained to the one before it of the same request', () => {
    const requests = chunks.flatMap(({ legs }) => [...legs.request]);
    const after = chunks.flatMap(({ legs }) => [...legs.after]);
    expect(requests.length).toBeGreaterThan(17_000);
    const chained = after.flatMap((before, leg) => (before < 0 ? [] : [[requests[before], requests[leg]]]));
    expect(chained.length).toBeGreaterThan(100);
    for (const [before, own] of chained) expect(before).toBe(own);
  });

  it('ends no leg before it began', () => {
    for (const { legs } of chunks) {
      for (let i = 0; i < legs.start.length; i++) expect(legs.end[i]).toBeGreaterThanOrEqual(legs.start[i]);
    }
  });

  it('samples beliefs beside the truth every interval', () => {
    expect(total(({ samples }) => samples.count)).toBe(100);
    for (const { samples } of chunks) expect(samples.rows.length).toBe(samples.count * layout.width);
    // Of several groups of one kind the innermost layer's: the breaker's states.
    const group = (kind: string) => layout.groups.findLast((one) => one.kind === kind && one.count === 8)!;
    expect(group('believed').count).toBe(8);
    const instance = (sample: number, kind: string): number => {
      const { rows } = chunks[Math.floor(sample / 20)].samples;
      return rows[(sample % 20) * layout.width + group(kind).offset];
    };
    const samples = Array.from({ length: 100 }, (_, i) => i);
    expect(instance(4, 'health')).toBe(0);
    expect(instance(30, 'health')).toBe(1);
    // The breaker opens for the slow instance while it is slow, and nobody else gets through to it either.
    expect(samples.filter((i) => instance(i, 'state') === 2).length).toBeGreaterThan(10);
    expect(samples.filter((i) => instance(i, 'believed') !== instance(i, 'load')).length).toBeGreaterThan(40);
  });

  it('counts the conflicts that the ledger counts', () => {
    const counted = simulation.ledger!.conflicts.list().reduce((sum, { count }) => sum + count, 0);
    expect(total(({ conflicts }) => conflicts.request.length)).toBeGreaterThan(0);
    expect(total(({ conflicts }) => conflicts.request.length)).toBeLessThanOrEqual(counted);
  });
});
