/** A row, or a column, of a published file that no case holds the simulator against. */
export interface NotHeld {
  /** The file in scenarios/validation/results, without `.json`. */
  readonly file: string;
  readonly row: string;
  readonly reason: string;
}

/** All that is published in the results and not held, with the reason. What is not here is a case. */
export const NOT_HELD: readonly NotHeld[] = [
  {
    file: 'queueing',
    row: 'mpareto1_rho0.7: means',
    reason:
      'without a third moment of services the mean wait has no interval (its file: never a gate); how many wait, and how busy it is, are held',
  },
  {
    file: 'queueing',
    row: 'mm1_rho0.99: p999_W',
    reason:
      'a run of any affordable length comes back to itself too seldom: its 99.9th percentile is biased by a quarter',
  },
  {
    file: 'lb-exact',
    row: 'power_of_d_finite_n: n 10 at 0.99',
    reason: 'ten servers that are full hardly forget: two choices are held to be better than random',
  },
  {
    file: 'lb-exact',
    row: 'power_of_d_fixed_point: P_queue_ge below 5 %',
    reason: 'a share so small of five hundred servers is left by more than it is known to be',
  },
  {
    file: 'stale-lb',
    row: 'table: W with a standard error above 2 %, long_T, gate loose',
    reason: 'not converged, as published: the side of random is held',
  },
  {
    file: 'stale-lb',
    row: 'table: rows within 3 % of random',
    reason: 'too near for an order, as published: the mean is held, not the side',
  },
  {
    file: 'stale-lb',
    row: 'table: p50, p99; fluid_limit_W',
    reason: 'published without an error; the limit is held by `fluid_only`, whose rows are others of the same curves',
  },
  {
    file: 'stale-lb',
    row: 'brooker_2012: keys 2-*, other intervals',
    reason:
      'servers that drain at phases of their own, drawn anew for each run, are no fault that can be written; intervals in between lie on the same curves',
  },
  {
    file: 'stale-lb',
    row: 'brooker_2012: crossings',
    reason:
      'follow from the means on their two sides, which are held; with replacement only the crossings are published',
  },
  {
    file: 'lb-latency-linkerd',
    row: 'slow_requests_per_run',
    reason: 'the success rate in other words, which is held',
  },
  {
    file: 'metastable-hotos21',
    row: 'series_lam280: single rows',
    reason: 'their levels before and long after the outage are held, with the growth of the queue',
  },
  {
    file: 'metastable-osdi22-trigger',
    row: 'mitigations: full jitter 10 s..300 s',
    reason: 'published without an outcome: 2 of 10 recover',
  },
  {
    file: 'metastable-osdi22-trigger',
    row: 'four_outcomes: poisson_exp_mu2000_recovered_of_10, the exact count of b',
    reason:
      'one of ten beside the boundary is chance: that fewer than half recover is held, and of the others that most do',
  },
  {
    file: 'metastable-bounded-queue',
    row: 'ctmc: eig2, mixing_time; shares below 1e-9, mean times above 1e7 s',
    reason:
      'the chain is solved without subtraction, which gives no eigenvalue; of what is so rare the published digits are those of a subtraction, and not reached. Its transitions are no world of requests (a timeout without a clock): the queue itself is held as it was simulated (`des`)',
  },
  {
    file: 'metastable-bounded-queue',
    row: 'des: 6 and 7 a second',
    reason: 'in between chance decides within the time of a run, as published: no verdict either way',
  },
  {
    file: 'retry-amplification',
    row: 'cases: success of 1 to within 1e-3',
    reason: 'an interval of failures that hardly occur says nothing; the attempts are held',
  },
  {
    file: 'retry-amplification',
    row: 'sre_cascade: saturation with 10 attempts; slope under Poisson arrivals',
    reason:
      'it swings for minutes, and an interval says nothing; 2, 3 and 4 attempts are held, the slope second by second',
  },
  {
    file: 'retry-amplification',
    row: 'brooker_policies: f = 0; none and three at T = 10',
    reason: 'nothing fails; policies without a memory come to the same at T = 100, which is held',
  },
  {
    file: 'retry-amplification',
    row: 'brooker_policies: adaptive at T = 100 away from f = 0.075 and 0.1',
    reason: 'held in their steady state, after the first buckets are spent, to the closed form that stands beside them',
  },
  {
    file: 'circuit-breaker',
    row: 'shopify_equation: the 263 % themselves',
    reason: 'more than all threads have: held to be so, beside an exact count that has the probe in the cycle',
  },
  {
    file: 'circuit-breaker',
    row: 'semian_issue_244: with_bulkhead_quota_0p5',
    reason: 'half of the other number by arithmetic: the bulkhead lets half of the workers probe',
  },
  {
    file: 'circuit-breaker',
    row: 'semian_experiments',
    reason: 'latencies of the real threads are not published, and with them how many calls a worker makes is open',
  },
  {
    file: 'autoscaling',
    row: 'delayed_integrator, discrete_lagged_integrator',
    reason: 'equations without requests: no controller of the catalogue is one',
  },
  {
    file: 'autoscaling',
    row: 'hpa_integer_trajectories',
    reason:
      'they run as vectors of the policy (controllers/autoscaler/vectors): in the world a pod that has just begun has no metric yet, which damps them, and none is busier than 100 %',
  },
  {
    file: 'autoscaling',
    row: 'step_overload: mean_queue_area, total_outage',
    reason: 'follow from the longest queue and the time that it takes to drain, which are held',
  },
];
