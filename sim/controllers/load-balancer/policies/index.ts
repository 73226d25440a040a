import type { BalancerPolicyDefinition } from '../policy.ts';
import { finagleAperture } from './aperture-policy.ts';
import { envoyLeastRequest, envoyRoundRobin } from './envoy-policies.ts';
import { grpcLeastRequest, grpcWeightedRoundRobin } from './grpc-policies.ts';
import { haproxyLeastconn } from './haproxy-policy.ts';
import { envoyMaglev, envoyRingHash } from './hash-policies.ts';
import { leastRequest } from './least-request.ts';
import { localFirst } from './local-first.ts';
import { lowestLatency } from './lowest-latency.ts';
import { nginxLeastConn, nginxRoundRobin } from './nginx-policies.ts';
import { finaglePeakEwma, linkerdPeakEwma, peakEwma } from './peak-ewma-policy.ts';
import { prequal } from './prequal-policy.ts';
import { random } from './random.ts';
import { roundRobin } from './round-robin.ts';

/** Every policy of a load balancer that a scenario can name: the generic ones first. */
export const BALANCER_POLICIES: readonly BalancerPolicyDefinition[] = [
  random,
  roundRobin,
  leastRequest,
  lowestLatency,
  peakEwma,
  localFirst,
  envoyLeastRequest,
  envoyRoundRobin,
  envoyRingHash,
  envoyMaglev,
  grpcLeastRequest,
  grpcWeightedRoundRobin,
  nginxLeastConn,
  nginxRoundRobin,
  haproxyLeastconn,
  finaglePeakEwma,
  linkerdPeakEwma,
  finagleAperture,
  prequal,
];
