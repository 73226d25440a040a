import { SECOND } from '../../kernel/time.ts';
import type { Estimate } from '../../measure/statistics.ts';
import type { CostSpec } from '../../scenario/cost-schema.ts';

/** What one layer costs a year, and what it saves. */
export interface Ownership {
  readonly layer: string;
  readonly infrastructure: number;
  readonly engineering: number;
  /** Value of the requests that are served because of it; below 0 it loses more than it saves. */
  readonly saves: Estimate;
  /** What it saves less what it costs. */
  readonly balance: Estimate;
  /** The whole interval of the balance is below 0. */
  readonly doesNotPay: boolean;
}

const YEAR = 365.25 * 86_400 * SECOND;

/**
 * @param worth of success, in shares of the offered: what is lost without the layer
 * @param offered requests in `span` nanoseconds
 */
export function ownershipOf(layer: string, worth: Estimate, offered: number, span: number, costs: CostSpec): Ownership {
  const { infrastructure = 0, hours = 0 } = costs.layers[layer] ?? {};
  const engineering = hours * costs.engineeringHour;
  const value = ((offered * YEAR) / span) * costs.lostRequest;
  const scaled = (less: number): Estimate => ({
    mean: worth.mean * value - less,
    low: worth.low * value - less,
    high: worth.high * value - less,
  });
  const balance = scaled(infrastructure + engineering);
  return { layer, infrastructure, engineering, saves: scaled(0), balance, doesNotPay: balance.high < 0 };
}
