/**
 * What a controller of a user's own is made of, `overcontrol/controllers` in the package: the definitions of policies for each
 * kind, their parameters, and the layer that a whole new kind extends.
 */
export type { Card, OwnDraws, PolicyDefinition } from './definition.ts';
export { definePolicy } from './definition.ts';
export type { ControllerKind, LayerContext, LayerSpec, PathKind, ScalerContext, ScalerKind } from './kind.ts';
export type { Extension } from './registry.ts';
export * as parameters from './parameters.ts';
export type { ParameterDoc } from './parameters.ts';
export { CLOSED, defineBreakerPolicy, HALF_OPEN, NO_TICKET, OPEN } from './circuit-breaker/policy.ts';
export type { BreakerPolicy } from './circuit-breaker/policy.ts';
export { defineBalancerPolicy } from './load-balancer/policy.ts';
export type { BalancerContext, BalancerPolicy, HostView } from './load-balancer/policy.ts';
export { defineLimiterPolicy, DENIED } from './rate-limiter/policy.ts';
export type { LimiterPolicy } from './rate-limiter/policy.ts';
export { defineRetryPolicy } from './retry/policy.ts';
export type { Backoff, RetryBudget, RetryPolicy } from './retry/policy.ts';
export { defineAutoscalerPolicy } from './autoscaler/policy.ts';
export type { AutoscalerPolicy, ScalerView } from './autoscaler/policy.ts';
export { Layer } from '../stack/layer.ts';
export type { LayerIdentity } from '../stack/layer.ts';
export type { Passage } from '../stack/passage.ts';
export * as results from '../stack/result.ts';
export type { Result } from '../stack/result.ts';
export type { RandomSource } from '../kernel/random.ts';
