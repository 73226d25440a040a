import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MILLISECOND } from '../../../kernel/time.ts';
import { casesOf, unknownStep } from '../../shared/testing/vector-cases.ts';
import vectors from '../vectors/envoy-outlier.json' with { type: 'json' };
import { EnvoyOutlierDetector } from './envoy-outlier.ts';
import { envoyOutlierDetection, longestEjection } from './envoy-outlier-parameters.ts';
import * as types from './envoy-outlier-types.ts';

type Params = Readonly<Record<string, number | boolean | string>>;

interface Step {
  readonly op: 'result' | 'sweep' | 'active_hc_success' | 'remove' | 'add';
  readonly t_ms: number;
  readonly host?: number | 'all';
  readonly kind?: number | keyof typeof RESULTS;
  readonly code?: number;
  readonly n?: number;
  readonly monitor?: 'ext' | 'loc';
}

type Counts = Readonly<Partial<Record<(typeof types.EJECTION_TYPES)[number], number>>>;

interface After {
  readonly ejected?: readonly number[];
  readonly active?: number;
  readonly enforcedEvent?: string;
  readonly successRate?: Readonly<Record<string, number>>;
  readonly average?: number;
  readonly threshold?: number;
  readonly detected?: Counts;
  readonly enforced?: Counts;
  readonly overflow?: number;
  readonly numEjections?: number;
}

/** What a case about the configuration alone expects. */
interface Configured {
  readonly max_ejection_time_ms?: number;
  readonly configError?: boolean;
}

const RESULTS = {
  EXT_ORIGIN_REQUEST_FAILED: types.EXT_ORIGIN_REQUEST_FAILED,
  EXT_ORIGIN_REQUEST_SUCCESS: types.EXT_ORIGIN_REQUEST_SUCCESS,
  LOCAL_ORIGIN_TIMEOUT: types.LOCAL_ORIGIN_TIMEOUT,
  LOCAL_ORIGIN_CONNECT_FAILED: types.LOCAL_ORIGIN_CONNECT_FAILED,
  LOCAL_ORIGIN_CONNECT_SUCCESS: types.LOCAL_ORIGIN_CONNECT_SUCCESS,
  LOCAL_ORIGIN_CONNECT_SUCCESS_FINAL: types.LOCAL_ORIGIN_CONNECT_SUCCESS_FINAL,
};

const RULES = { first_host_always: 'firstHostAlways', strict: 'strict' };
/** Percentages that the parameters read as shares; all others are numbers, flags or times. */
const SHARES = /^(enforcing_|max_ejection_percent$|failure_percentage_threshold$)/;

/** The parameters of a case (snake case, milliseconds, percent) as a person would write them here. */
function written(params: Params): Record<string, unknown> {
  const config: Record<string, unknown> = { ejectionPercentRule: 'firstHostAlways' };
  for (const [name, value] of Object.entries(params)) {
    if (name === 'hosts') continue;
    const camel = name.replace(/_ms$/, '').replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    if (!(camel in envoyOutlierDetection.parameters)) throw new Error(`no such parameter: ${name}`);
    if (name.endsWith('_ms')) config[camel] = `${String(value)}ms`;
    else if (name === 'ejection_percent_rule') config[camel] = RULES[value as keyof typeof RULES];
    else config[camel] = SHARES.test(name) ? `${String(value)}%` : value;
  }
  return config;
}

function configured(params: Params) {
  return z.object(envoyOutlierDetection.parameters).parse(written(params));
}

function named(counts: Int32Array): Record<string, number> {
  return Object.fromEntries(types.EJECTION_TYPES.map((type, i) => [type, counts[i]]));
}

class CaseRun {
  private readonly hosts: number;
  private readonly detector: EnvoyOutlierDetector;

  constructor(params: Params) {
    this.hosts = Number(params.hosts);
    this.detector = new EnvoyOutlierDetector(configured(params), this.hosts, { uniform: () => 0.5 });
    for (let host = 0; host < this.hosts; host++) this.detector.addHost(host);
  }

  /** Plays one step and checks what is expected after it. */
  play(step: Step, expected: After | null): void {
    const before = Int32Array.from(this.detector.enforced);
    this.act(step);
    if (expected === null) return;
    const { enforcedEvent, successRate, detected, enforced, ...rest } = expected;
    expect(this.state(step, rest)).toEqual(rest);
    if (enforcedEvent !== undefined) {
      const events = types.EJECTION_TYPES.flatMap((type, i) =>
        Array.from({ length: this.detector.enforced[i] - before[i] }, () => type),
      );
      expect(events).toEqual([enforcedEvent]);
    }
    for (const [host, rate] of Object.entries(successRate ?? {})) {
      expect(this.detector.successRate(Number(host), originOf(step))).toBe(rate);
    }
    expect(named(this.detector.detected)).toMatchObject(detected ?? {});
    expect(named(this.detector.enforced)).toMatchObject(enforced ?? {});
  }

  private act(step: Step): void {
    const now = step.t_ms * MILLISECOND;
    if (step.op === 'sweep') return this.detector.sweep(now);
    for (const host of this.hostsOf(step)) {
      if (step.op === 'result') this.results(step, host, now);
      else if (step.op === 'active_hc_success') this.detector.onActiveHealthCheckSuccess(host, now);
      else if (step.op === 'remove') this.detector.removeHost(host);
      else if (step.op === 'add') this.detector.addHost(host);
      else unknownStep(step);
    }
  }

  private hostsOf({ host }: Step): number[] {
    return host === 'all' ? [...Array(this.hosts).keys()] : [host ?? 0];
  }

  private results({ kind, n = 1, code = 0 }: Step, host: number, now: number): void {
    const result = typeof kind === 'string' ? RESULTS[kind] : kind;
    if (result === undefined) unknownStep(kind);
    for (let i = 0; i < n; i++) this.detector.onResult(host, result, now, code);
  }

  /** The members that are asked for. */
  private state(step: Step, asked: After): After {
    const { detector } = this;
    const all: Required<Omit<After, 'enforcedEvent' | 'successRate' | 'detected' | 'enforced'>> = {
      ejected: [...Array(this.hosts).keys()].filter((host) => detector.isEjected(host)),
      active: detector.ejections,
      average: detector.successRateAverage(originOf(step)),
      threshold: detector.successRateThreshold(originOf(step)),
      overflow: detector.overflow,
      numEjections: detector.ejectionCount(0),
    };
    return Object.fromEntries(Object.entries(all).filter(([name]) => name in asked));
  }
}

function originOf(step: Step): types.Origin {
  return step.monitor === 'loc' ? types.LOCAL_ORIGIN : types.EXTERNAL_ORIGIN;
}

const published = casesOf<Params, Step, readonly (After | null)[] | Configured>(vectors);

describe('the published cases of outlier detection', () => {
  it.each(published.filter(({ expected }) => Array.isArray(expected)))('$case', ({ params, inputs, expected }) => {
    const run = new CaseRun(params);
    const steps = expected as readonly (After | null)[];
    expect(inputs).toHaveLength(steps.length);
    for (const [i, step] of inputs.entries()) run.play(step, steps[i]);
  });
});

describe('the published cases of its configuration', () => {
  it.each(published.filter(({ expected }) => !Array.isArray(expected)))('$case', ({ params, expected }) => {
    const config = configured(params);
    const { configError, max_ejection_time_ms: longestMs } = expected as Configured;
    const make = () => new EnvoyOutlierDetector(config, 1, { uniform: () => 0.5 });
    if (configError === true) {
      expect(envoyOutlierDetection.check?.(config)).toContain('cannot be smaller');
      expect(make).toThrow(RangeError);
    } else {
      expect(envoyOutlierDetection.check?.(config)).toBeUndefined();
      expect(make).not.toThrow();
    }
    if (longestMs !== undefined) expect(longestEjection(config)).toBe(longestMs * MILLISECOND);
  });
});
