import { BoundedPareto } from './bounded-pareto.ts';
import { Deterministic } from './deterministic.ts';
import type { Distribution, DistributionSpec } from './distribution.ts';
import { Empirical } from './empirical.ts';
import { Exponential } from './exponential.ts';
import { Gamma } from './gamma.ts';
import { Hyperexponential } from './hyperexponential.ts';
import { Lognormal } from './lognormal.ts';
import { TruncatedNormal } from './truncated-normal.ts';
import { Uniform } from './uniform.ts';
import { Weibull } from './weibull.ts';

export type { Distribution, DistributionSpec } from './distribution.ts';
export { LOGNORMAL_MAX_P99_RATIO, lognormalByMeanAndP99 } from './lognormal.ts';

/** The distribution that this plain data describes. */
export function buildDistribution(spec: DistributionSpec): Distribution {
  switch (spec.kind) {
    case 'deterministic':
      return new Deterministic(spec.value);
    case 'exponential':
      return new Exponential(spec.mean);
    case 'uniform':
      return new Uniform(spec.min, spec.max);
    case 'normal':
      return new TruncatedNormal(spec.mean, spec.sd, spec.min, spec.max);
    case 'lognormal':
      return new Lognormal(spec.mu, spec.sigma);
    case 'gamma':
      return new Gamma(spec.shape, spec.mean);
    case 'weibull':
      return new Weibull(spec.shape, spec.scale);
    case 'pareto':
      return new BoundedPareto(spec.alpha, spec.min, spec.max);
    case 'hyperexponential':
      return new Hyperexponential(spec.branches);
    case 'empirical':
      return new Empirical(spec.values, spec.weights);
  }
}
