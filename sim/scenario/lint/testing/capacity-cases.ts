import type { RuleCases } from './rule-cases.ts';

/** 400/s with the four instances that are there at first, 90 s to start another. */
const SERVICE =
  '{ instances: { initial: 4, max: 8 }, concurrency: 10, queue: { limit: 40 }, serviceTime: 100ms, coldStart: 60s }';
const SCALER =
  '{ name: scaler, kind: autoscaler, service: api, max: 8, target: 50%, syncPeriod: 15s, metrics: { lag: 15s } }';

const rampOver = (ramp: string): string =>
  `{ name: users, to: api, deadline: 1s, arrivals: { profile: [{ at: 0s, rate: 200/s }, { at: ${ramp}, rate: 600/s }] } }`;

/** OC401 to OC403, and OC501. */
export const CAPACITY_CASES: RuleCases = {
  OC401: {
    finds: {
      // From 200/s, its target, to 400/s, its capacity, in half of the ramp; it takes 90 s.
      'a ramp that is faster than it': {
        service: SERVICE,
        traffic: rampOver('179s'),
        autoscalers: [`${SCALER} #! { name: scaler`],
      },
      'a surge at once': {
        service: SERVICE,
        faults: ['{ at: 10s, for: 30s, surge: { traffic: users, factor: 2.5 } }'],
        autoscalers: [`${SCALER} #! { name: scaler`],
      },
    },
    passes: {
      'where the ramp is just slow enough': { service: SERVICE, traffic: rampOver('180s'), autoscalers: [SCALER] },
      'where the surge stays within what is ready': {
        service: SERVICE,
        faults: ['{ at: 10s, for: 30s, surge: { traffic: users, factor: 2 } }'],
        autoscalers: [SCALER],
      },
    },
  },
  OC402: {
    finds: {
      'a cooldown shorter than a start': {
        service: SERVICE,
        autoscalers: [
          '{ name: scaler, kind: autoscaler, policy: step, service: api, max: 8, cooldown: 74s, metrics: { lag: 15s } } #! 74s',
        ],
      },
    },
    passes: {
      'where the effect is seen by then': {
        service: SERVICE,
        autoscalers: [
          '{ name: scaler, kind: autoscaler, policy: step, service: api, max: 8, cooldown: 75s, metrics: { lag: 15s } }',
        ],
      },
    },
  },
  OC403: {
    finds: {
      'two of one service': {
        autoscalers: [
          '{ name: fast, kind: autoscaler, policy: step, service: api, max: 8 }',
          '{ name: slow, kind: autoscaler, service: api, max: 8 } #! api',
        ],
      },
    },
    passes: { 'where there is one': { autoscalers: ['{ name: slow, kind: autoscaler, service: api, max: 8 }'] } },
  },
  OC501: {
    finds: {
      'a queue that takes longer than the deadline': {
        service: '{ instances: 4, concurrency: 10, queue: { limit: 101 }, serviceTime: 100ms } #! 101',
      },
      'a queue without a limit': {
        service: '{ instances: 4, concurrency: 10, serviceTime: 100ms } #! { instances',
      },
    },
    passes: {
      'where the last is served in time': {
        service: '{ instances: 4, concurrency: 10, queue: { limit: 100 }, serviceTime: 100ms }',
      },
      'where what waits is cancelled': {
        service: '{ instances: 4, concurrency: 10, cancellation: queued, serviceTime: 100ms }',
      },
      'where answers are useful for ever': {
        traffic: '{ name: users, to: api, arrivals: { poisson: 200/s } }',
        service: '{ instances: 4, concurrency: 10, serviceTime: 100ms }',
      },
    },
  },
};
