import type { Comparison, ComparedDesign } from '../../experiments/compare.ts';
import type { RunDocument } from '../../experiments/run.ts';
import type { Estimate } from '../../measure/statistics.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/** Figures that nobody measured, for the tests of how figures are shown. */

const MINUTE = 60e9;

export const SCENARIO = {
  name: 'story',
  about: 'Two layers that do not get on.',
  file: 'story.yaml',
  seed: '1',
  replications: 20,
  plugins: [],
  world: {
    duration: 5 * MINUTE,
    warmup: MINUTE,
    drain: 0,
    services: [],
    traffic: [],
    faults: [],
    cap: 1e6,
    network: null,
  },
  designs: [{ name: 'layered', about: '', edges: [], autoscalers: [], without: [], settings: false, pushes: {} }],
  expect: [],
  notes: [],
} as const satisfies Scenario;

export function about(mean: number, margin = 0): Estimate {
  return { mean, low: mean - margin, high: mean + margin };
}

export const RUN: RunDocument = {
  schemaVersion: '1.0',
  version: '0.1.0',
  scenario: 'story',
  design: 'layered',
  seed: '1',
  durationMs: 300_000,
  warmupMs: 60_000,
  digest: '0123456789abcdef',
  offered: 120_000,
  outcomes: { served: 117_600, late: 0, wrong: 0, rejected: 2300, timedOut: 98, failed: 2, dropped: 0, unfinished: 0 },
  rejectedBy: { limiter: 2296, breaker: 4 },
  success: 0.98,
  goodputPerSecond: 490,
  amplification: 0.991,
  duplicates: 0,
  wastedWork: 0.0187,
  latencyMs: { mean: 100.89, p50: 72.84, p90: 214.44, p99: 447.55, p999: 670.88, max: 981.3 },
  waitMs: { mean: 20.69, p99: 222.74 },
  layers: {
    limiter: layer({ decisions: 122_000, wrong: { wrongfulRefusal: 2296 }, refusals: 2296 }),
    breaker: layer({
      decisions: 119_700,
      wrong: { wrongfulRefusal: 2000, misroute: 3 },
      refusals: 2100,
      reversals: 2,
      stalenessMs: { p50: 2994.73, p99: 3000 },
      beliefError: 13.01,
      intended: 0.9674,
    }),
  },
  conflicts: [
    { by: 'limiter', against: 'breaker', kind: 'misattributed', count: 2100 },
    { by: 'breaker', against: 'limiter', kind: 'overruled', count: 31 },
  ],
  services: {
    checkout: {
      utilization: 0.5595,
      queueLength: 20.03,
      instances: 8,
      calls: 120_000,
      dispatches: 118_920,
      amplification: 0.991,
      duplicates: 0,
      lateEffects: 0,
      compensations: 0,
      compensationsFailed: 0,
      wastedWork: 0.0187,
    },
  },
  faults: { struck: 1, missed: 0 },
  capped: 0,
  fidelity: 0.9803,
  servable: 119_960,
  servableAtInitial: 119_960,
  cells: { sss: 117_000, ssf: 2100, sfs: 598, sff: 262, fss: 0, fsf: 0, ffs: 2, fff: 38 },
  killed: { total: 2100, direct: 2090, displaced: 10 },
  saved: 600,
  missed: 262,
  beyond: 2,
  churn: { killed: 1300, saved: 1250 },
  revivedByRekeying: 1290,
  expect: [{ that: 'killed.total >= 1%', design: 'layered', against: 'bare', actual: 0.0175, ok: true }],
  notes: ['1 faults found nothing to strike.'],
};

type LayerFigures = NonNullable<RunDocument['layers']>[string];

function layer(figures: Partial<LayerFigures>): LayerFigures {
  return {
    decisions: 0,
    wrong: {},
    stalenessMs: { p50: 0, p99: 0 },
    beliefError: null,
    refusals: 0,
    retries: 0,
    fallbacks: 0,
    transitions: 0,
    reversals: 0,
    decisionsPerMinute: 0,
    loopsPerMinute: 0,
    intended: null,
    overReplicas: null,
    underReplicas: null,
    ...figures,
  };
}

function compared(name: string, fidelity: number, killed: number, saved: number): ComparedDesign {
  return {
    name,
    perSeed: [
      { seed: '1', digest: 'aaaa' },
      { seed: '1/1', digest: 'bbbb' },
    ],
    offered: about(120_000, 300),
    rejectedBy: killed === 0 ? {} : { limiter: about(killed - 4), breaker: about(4) },
    success: about(fidelity - 0.0002, 0.001),
    fidelity: about(fidelity, 0.001),
    amplification: about(0.991),
    latencyMs: { p50: about(72.84), p99: about(447.55) },
    killed: { total: about(killed), direct: about(killed * 0.9), displaced: about(killed * 0.1) },
    saved: about(saved),
    churn: { killed: about(1300), saved: about(1250.4) },
  } as unknown as ComparedDesign;
}

export const COMPARISON: Comparison = {
  schemaVersion: '1.0',
  version: '0.1.0',
  scenario: 'story',
  seeds: ['1', '1/1'],
  designs: [
    compared('bare', 0.9919, 0, 0),
    compared('layered', 0.9824, 2100, 600),
    compared('no-breaker', 0.99996, 4.25, 1100),
  ],
  differences: [
    { design: 'layered', against: 'bare', fidelity: about(-0.0095, 0.0012), success: about(-0.0094, 0.0012) },
    { design: 'no-breaker', against: 'bare', fidelity: about(0.00806, 0.0003), success: about(0.008, 0.0003) },
  ],
  pairs: [],
  blame: {
    design: 'layered',
    kills: about(2100),
    byChance: about(0.63, 0.04),
    single: [
      { layers: ['breaker'], share: about(0.981, 0.01) },
      { layers: ['limiter'], share: about(0.947, 0.016) },
      { layers: ['sidecar'], share: about(-0.59, 0.25) },
    ],
    needBoth: [
      { layers: ['limiter', 'breaker'], share: about(0.946, 0.017) },
      { layers: ['sidecar', 'breaker'], share: about(-0.6, 0.24) },
    ],
    eitherSuffices: [{ layers: ['limiter', 'sidecar'], share: about(0.031, 0.01) }],
  },
  humps: [],
  notes: ['The pool is large.'],
};
