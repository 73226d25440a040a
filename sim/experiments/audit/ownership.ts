import { HOUR, SECOND } from '../../kernel/time.ts';
import { estimate } from '../../measure/statistics.ts';
import type { Estimate } from '../../measure/statistics.ts';
import type { CostSpec } from '../../scenario/cost-schema.ts';

/** What one layer costs a year, and what it saves. */
export interface Ownership {
  readonly layer: string;
  readonly infrastructure: number;
  readonly engineering: number;
  /** What the instances cost that run because of it; below 0 it does with fewer. */
  readonly instances: Estimate;
  /** Value of the requests that are served because of it; below 0 it loses more than it saves. */
  readonly saves: Estimate;
  /** What it saves less what it costs. */
  readonly balance: Estimate;
  /** The whole interval of the balance is below 0. */
  readonly doesNotPay: boolean;
}

const YEAR = 365.25 * 86_400 * SECOND;

/** What a design has with a layer, less what it has without, with one seed. */
export interface LayerEffect {
  /** Share of the offered. */
  readonly success: number;
  /** Mean number of instances that are ready, over all services. */
  readonly instances: number;
}

/**
 * @param effects of the layer, seed by seed
 * @param offered requests in `span` nanoseconds
 */
export function ownershipOf(
  layer: string,
  effects: readonly LayerEffect[],
  offered: number,
  span: number,
  costs: CostSpec,
): Ownership {
  const { infrastructure = 0, hours = 0 } = costs.layers[layer] ?? {};
  const engineering = hours * costs.engineeringHour;
  const requests = ((offered * YEAR) / span) * costs.lostRequest;
  const instanceYear = (YEAR / HOUR) * costs.instanceHour;
  const fixed = infrastructure + engineering;
  const balance = estimate(
    effects.map(({ success, instances }) => success * requests - instances * instanceYear - fixed),
  );
  return {
    layer,
    infrastructure,
    engineering,
    instances: estimate(effects.map(({ instances }) => instances * instanceYear)),
    saves: estimate(effects.map(({ success }) => success * requests)),
    balance,
    doesNotPay: balance.high < 0,
  };
}
