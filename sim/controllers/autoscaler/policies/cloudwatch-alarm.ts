/** Which side of its threshold an alarm fires on. */
export type Comparison = '>' | '>=' | '<' | '<=';

/**
 * An Amazon CloudWatch alarm: it is on while the last `periods` data points all breach. One with an Auto Scaling action
 * repeats that action every period for as long as it is on.
 *
 * A missing data point breaches nothing and clears nothing: no action is taken on it, and the points before it still count.
 *
 * Source: Amazon CloudWatch User Guide, "Using Amazon CloudWatch alarms" (AlarmThatSendsEmail).
 */
export class CloudWatchAlarm {
  private readonly comparison: Comparison;
  private readonly threshold: number;
  private readonly periods: number;
  private breaching = 0;

  constructor(comparison: Comparison, threshold: number, periods: number) {
    this.comparison = comparison;
    this.threshold = threshold;
    this.periods = periods;
  }

  /** Takes the data point of one period, NaN if it is missing. True if the alarm's action is to be taken. */
  observe(value: number): boolean {
    if (Number.isNaN(value)) return false;
    this.breaching = this.breaches(value) ? this.breaching + 1 : 0;
    return this.breaching >= this.periods;
  }

  private breaches(value: number): boolean {
    const { comparison, threshold } = this;
    if (comparison === '>') return value > threshold;
    if (comparison === '>=') return value >= threshold;
    return comparison === '<' ? value < threshold : value <= threshold;
  }
}
