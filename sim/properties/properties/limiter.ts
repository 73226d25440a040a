import type { LayerIdentity } from '../../stack/layer.ts';
import type { Passage } from '../../stack/passage.ts';
import { parseRate } from '../../units/rate.ts';
import type { Observed, Observer } from '../observer.ts';
import type { Property } from '../property.ts';
import { invariant, significant } from '../property.ts';
import { PropertyTestError } from '../property-test-error.ts';

export interface LimiterLimit {
  readonly limiter: string;
  /** What it may pass for each key; its own `rate` and `burst` unless given. */
  readonly rate?: string;
  readonly burst?: number;
}

/** Rounding of a clock in whole nanoseconds may let one request pass a moment early. */
const SLACK = 1e-6;

/** Within no time whatever does a limiter pass more than its rate allows, and its burst once. */
export function limiterKeepsItsLimit(limit: LimiterLimit): Property {
  const { limiter } = limit;
  const rate = limit.rate === undefined ? undefined : parseRate(limit.rate);
  if (limit.rate !== undefined && rate === undefined) {
    throw new PropertyTestError(`limiterKeepsItsLimit: \`rate\` is a rate such as '60/s', not ${limit.rate}`);
  }
  const observe = (run: Observed): PassMeter => new PassMeter(run, limiter, rate, limit.burst);
  return invariant(
    `limiterKeepsItsLimit-${limiter}`,
    `\`${limiter}\` never passes more than its limit`,
    (run) => {
      const { excess, at, burst } = run.observed(observe) as PassMeter;
      if (excess <= SLACK) return undefined;
      return `\`${limiter}\` passed ${significant(excess + burst)} at once, ${significant(burst)} allowed, at ${significant(at / 1e9)} s`;
    },
    {
      observe,
      vacuous: (run) =>
        (run.figures.layers?.[limiter]?.refusals ?? 0) > 0 ? undefined : `\`${limiter}\` never refused anything`,
    },
  );
}

/** Counts against what is allowed, for each key: a bucket that leaks at the rate and may not run over the burst. */
class PassMeter implements Observer {
  /** The most by which a key was over its burst, and when. */
  excess = 0;
  at = 0;
  readonly burst: number;
  private readonly run: Observed;
  private readonly limiter: string;
  private readonly ratePerNs: number;
  private readonly levels = new Map<number, { level: number; at: number }>();

  constructor(run: Observed, limiter: string, rate: number | undefined, burst: number | undefined) {
    const spec = run.design.edges.flatMap(({ layers }) => layers).find(({ name }) => name === limiter);
    const configured = spec?.config ?? {};
    this.run = run;
    this.limiter = limiter;
    this.ratePerNs = (rate ?? numberOf(configured['rate'], Infinity)) / 1e9;
    this.burst = burst ?? numberOf(configured['burst'], Infinity);
  }

  admitted({ name }: LayerIdentity, passage: Passage): void {
    if (name !== this.limiter || this.burst === Infinity) return;
    const now = this.run.now();
    const meter = this.levels.get(passage.ticket) ?? { level: 0, at: now };
    this.levels.set(passage.ticket, meter);
    meter.level = Math.max(0, meter.level - (now - meter.at) * this.ratePerNs) + 1;
    meter.at = now;
    if (meter.level - this.burst <= this.excess) return;
    this.excess = meter.level - this.burst;
    this.at = now;
  }
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
