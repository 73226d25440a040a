import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  backlogOf,
  closedNetwork,
  dm1,
  erlangA,
  erlangB,
  erlangC,
  fastestOf,
  forkJoinOfTwo,
  layeredRetries,
  md1WaitQuantile,
  mg1,
  mg1SharedResponse,
  mmc,
  mmck,
  mmcResponseQuantile,
  mmcWaitQuantile,
  orbitQueue,
  powerOfChoices,
  retriesPaidByCalls,
  retriesPaidBySuccess,
  roundRobin,
  saturatedByRetries,
  slowestOf,
  tandemQuantile,
  tandemResponse,
} from './index.ts';

/** Against the published values that come with the project: two ways to the same numbers. */
function published<T>(file: string): T {
  const url = new URL(`../../../../scenarios/validation/results/${file}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as T;
}

interface QueueCase {
  readonly case: string;
  readonly model: string;
  readonly lam: number;
  readonly mu: number | number[];
  readonly c: number;
  readonly K?: number;
  readonly cs2?: number;
  readonly theta?: number;
  readonly expected: Readonly<Record<string, number>>;
}

const { cases } = published<{ cases: QueueCase[] }>('queueing');
const ofModel = (start: string): QueueCase[] => cases.filter(({ model }) => model.startsWith(start));

/** Agreement to nine digits. */
function expectClose(value: number, known: number, digits = 9): void {
  let tolerance = Math.abs(known) || 1;
  for (let i = 0; i < digits; i++) tolerance /= 10;
  expect(Math.abs(value - known)).toBeLessThan(tolerance);
}

describe('birth-death queues', () => {
  it.each([...ofModel('M/M/1 FCFS'), ...ofModel('M/M/c FCFS')])('$case', ({ lam, mu, c, expected }) => {
    const service = mu as number;
    const means = mmc(lam, service, c);
    expectClose(means.waits, expected['P_wait']);
    expectClose(means.wait, expected['Wq']);
    expectClose(means.response, expected['W']);
    expectClose(means.waiting, expected['Lq']);
    expectClose(means.utilization, expected['utilization']);
    expectClose(mmcResponseQuantile(lam, service, c, 0.5), expected['p50_W']);
    expectClose(mmcResponseQuantile(lam, service, c, 0.99), expected['p99_W']);
    expectClose(mmcResponseQuantile(lam, service, c, 0.999), expected['p999_W']);
    if (expected['p99_Wq'] !== undefined) expectClose(mmcWaitQuantile(lam, service, c, 0.99), expected['p99_Wq']);
  });

  it.each(ofModel('M/M/c/K'))('$case', ({ lam, mu, c, K, expected }) => {
    const means = mmck(lam, mu as number, c, K!);
    expectClose(means.blocked, expected['P_block']);
    expectClose(means.throughput, expected['throughput']);
    expectClose(means.waits, expected['P_wait_accepted']);
    expectClose(means.response, expected['W']);
    expectClose(means.wait, expected['Wq']);
    expectClose(means.responseP99, expected['p99_W'], 8);
  });

  it.each(ofModel('M/G/c/c'))('$case', ({ lam, mu, c, expected }) => {
    expectClose(erlangB(c, lam / (mu as number)), expected['P_block']);
    expectClose(mmck(lam, mu as number, c, c).blocked, expected['P_block']);
  });

  it.each(ofModel('M/M/c+M'))('$case', ({ lam, mu, c, theta, expected }) => {
    const means = erlangA(lam, mu as number, c, theta!);
    expectClose(means.waits, expected['P_wait']);
    expectClose(means.abandoned, expected['P_abandon']);
    expectClose(means.waiting, expected['Lq']);
    expectClose(means.utilization, expected['utilization']);
  });

  it('say that nobody waits for infinitely many servers', () => {
    expect(erlangC(200, 1)).toBeLessThan(1e-100);
  });
});

describe('single servers', () => {
  it.each(ofModel('M/G/1 FCFS'))('$case', ({ lam, cs2, expected }) => {
    const means = mg1(lam, 1, cs2!);
    expectClose(means.wait, expected['Wq']);
    expectClose(means.response, expected['W']);
    expectClose(means.waiting, expected['Lq']);
    if (expected['p99_Wq'] !== undefined) expectClose(md1WaitQuantile(lam, 0.99), expected['p99_Wq'], 8);
  });

  it.each(ofModel('D/M/1'))('$case', ({ lam, expected }) => {
    const means = dm1(lam, 1);
    expectClose(means.waits, expected['sigma']);
    expectClose(means.wait, expected['Wq']);
    expectClose(means.response, expected['W']);
  });

  it('shared by all alike slow each down by 1 / (1 - load)', () => {
    expectClose(mg1SharedResponse(0.5, 1), cases.find((one) => one.case === 'mg1ps_rho0.5')!.expected['W']);
  });
});

describe('networks', () => {
  it.each(ofModel('Jackson tandem'))('$case', ({ lam, mu, expected }) => {
    expectClose(tandemResponse(lam, mu as number[]), expected['W']);
    expectClose(tandemQuantile(lam, mu as number[], 0.99), expected['p99_W'], 8);
  });

  it('closed: one client never waits, many are held up by the slowest station', () => {
    expect(closedNetwork(1, 10, [1, 2])).toEqual({ throughput: 1 / 13, response: 3 });
    expectClose(closedNetwork(500, 10, [1, 2]).throughput, 0.5, 6);
    // Two clients, no thinking, two stations alike: 2/3 of the stations' rate.
    expectClose(closedNetwork(2, 0, [1, 1]).throughput, 2 / 3);
  });

  it('side by side: the slowest and the fastest of exponentials', () => {
    expectClose(slowestOf(3, 6), 11);
    expectClose(fastestOf(3, 6), 2);
    expectClose(forkJoinOfTwo(0, 1), slowestOf(2, 1));
  });
});

interface BalancingCase {
  readonly case: string;
  readonly policy: string;
  readonly n: number;
  readonly lam_per_server: number;
  readonly W: number;
  readonly sigma: number;
}

describe('balancing', () => {
  const results = published<{
    exact: BalancingCase[];
    power_of_d_fixed_point: { d: number; lam: number; W: number }[];
  }>('lb-exact');

  it.each(results.exact.filter(({ policy }) => policy === 'round_robin'))('$case', (row) => {
    const means = roundRobin(row.n, row.lam_per_server);
    expectClose(means.waits, row.sigma);
    expectClose(means.response, row.W);
  });

  it.each(results.power_of_d_fixed_point)('the best of $d at $lam', ({ d, lam, W }) => {
    expectClose(powerOfChoices(d, lam), W);
  });
});

describe('retries', () => {
  const results = published<{
    cases: { layers: number; retries: number; p: number; leaf_attempts_per_call: number; success: number }[];
    published: { value: number; case?: { layers: number; retries: number; p: number } }[];
    sre_cascade: {
      params: { capacity_qps: number; offered_qps: number };
      saturation: { values: Readonly<Record<string, number>> };
    };
    brooker_policies: {
      runs: { f: number; policy: string; steady_state_load: number | null; steady_state_success: number | null }[];
    };
  }>('retry-amplification');

  it.each(results.cases)('$layers layers of $retries retries at $p', ({ layers, retries, p, ...known }) => {
    const means = layeredRetries(layers, retries, p);
    expectClose(means.attempts, known.leaf_attempts_per_call);
    expectClose(means.success, known.success);
  });

  it('multiply to the 64, 243 and 3 of the books', () => {
    for (const { value, case: known } of results.published) {
      if (known !== undefined) expect(layeredRetries(known.layers, known.retries, known.p).attempts).toBe(value);
    }
  });

  it.each(Object.entries(results.sre_cascade.saturation.values))('saturate a backend with %s tries', (tries, load) => {
    const { capacity_qps: capacity, offered_qps: offered } = results.sre_cascade.params;
    expectClose(saturatedByRetries(capacity, offered, Number(tries)), load, 7);
  });

  it('paid for by tokens', () => {
    for (const { policy, f, steady_state_load: load, steady_state_success: success } of results.brooker_policies.runs) {
      if (load === null || success === null) continue;
      const means =
        policy === 'adaptive_text'
          ? retriesPaidBySuccess(3, f, 0.1)
          : policy === 'adaptive_code'
            ? retriesPaidByCalls(f, 0.1)
            : layeredRetries(1, policy === 'three' ? 3 : 0, f);
      expect(Math.abs(means.attempts - load)).toBeLessThan(1e-6);
      expect(Math.abs(means.success - success)).toBeLessThan(1e-6);
    }
  });
});

describe('backlogs', () => {
  const { step_overload_scaleout_delay: rows } = published<{
    step_overload_scaleout_delay: {
      lam_after: number;
      mu: number;
      replicas_before: number;
      replicas_after: number;
      scaleout_delay: number;
      fluid: { backlog_peak: number; drain_time_after_scaleout: number; max_wait: number };
    }[];
  }>('autoscaling');

  it.each(rows)('$lam_after/s on $replicas_before replicas', ({ lam_after, mu, fluid, ...row }) => {
    const known = backlogOf(lam_after, row.replicas_before * mu, row.replicas_after * mu, row.scaleout_delay);
    expectClose(known.peak, fluid.backlog_peak);
    expectClose(known.drain, fluid.drain_time_after_scaleout);
    expectClose(known.longestWait, fluid.max_wait);
  });
});

describe('a bounded queue with an orbit', () => {
  const model = { arrivals: 9.5, service: 10, queue: 100, orbit: 20, timeout: 9, retries: 3, alpha: 0.25 };

  it('is an M/M/1/K queue where nobody comes again', () => {
    const { queue, orbit } = orbitQueue({ ...model, queue: 11, alpha: 0 });
    expect(queue).toBeCloseTo(mmck(9.5, 10, 1, 10).present, 10);
    expect(orbit).toBe(0);
  });

  it('takes longer to drain, and less long to fill, the sooner callers come again', () => {
    const patient = orbitQueue({ ...model, arrivals: 8 });
    const hasty = orbitQueue({ ...model, arrivals: 8, timeout: 5 });
    expect(hasty.drain).toBeGreaterThan(patient.drain);
    expect(hasty.emptyToHigh).toBeLessThan(patient.emptyToHigh);
    expect(hasty.high).toBeGreaterThan(patient.high);
  });
});
