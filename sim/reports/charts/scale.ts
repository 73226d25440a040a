/** Places on an axis: values from `low` to `high` on 0 to 1. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  at(value: number): number;
}

/** A straight scale that holds the values, its ends and ticks round numbers. */
export function linearScale(values: readonly number[], about = 5): Scale {
  let low = Math.min(...values);
  let high = Math.max(...values);
  if (low === high) {
    const margin = low === 0 ? 1 : Math.abs(low) * 0.01;
    low -= margin;
    high += margin;
  }
  const step = roundStep((high - low) / about);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  const [from, to] = [ticks[0], ticks.at(-1)!];
  return { low: from, high: to, ticks, at: (value) => (value - from) / (to - from) };
}

/** A scale without room at its ends, for x. */
export function tightScale(values: readonly number[], about = 6): Scale {
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (low === high) return { low, high, ticks: [low], at: () => 0.5 };
  const { ticks } = linearScale([low, high], about);
  const inside = ticks.filter((tick) => tick >= low && tick <= high);
  return { low, high, ticks: inside, at: (value) => (value - low) / (high - low) };
}

/** Equal factors are equal lengths. All values are above 0. */
export function logarithmicScale(values: readonly number[]): Scale {
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (low === high) return { low, high, ticks: [low], at: () => 0.5 };
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const digit of high / low > 100 ? [1] : [1, 2, 5]) {
      const tick = Number((digit * 10 ** power).toPrecision(12));
      if (tick >= low * 0.999999 && tick <= high * 1.000001) ticks.push(tick);
    }
  }
  return { low, high, ticks, at: (value) => Math.log(value / low) / Math.log(high / low) };
}

/** 1, 2 or 5 times a power of ten, not below `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((one) => one * power >= step * 0.999999)!;
  return factor * power;
}

/** Ticks as people write them, all with the same decimals. */
export function tickTexts(ticks: readonly number[]): string[] {
  const decimals = Math.max(...ticks.map((tick) => (String(tick).split('.')[1] ?? '').length));
  return ticks.map((tick) => (Math.abs(tick) >= 1e6 || decimals > 8 ? tick.toPrecision(3) : tick.toFixed(decimals)));
}

/** The label of an axis with its unit. */
export function axisTitle({ label, unit }: { readonly label: string; readonly unit: string }): string {
  return unit === '' ? label : `${label} (${unit})`;
}
