const grouped = new Intl.NumberFormat('en-US');

export function count(n: number): string {
  return grouped.format(n);
}

export function percent(share: number, digits = 1): string {
  if (Number.isNaN(share)) return '–';
  // What is not all is not called all.
  const shown = (100 * share).toFixed(digits);
  return share < 1 && Number(shown) === 100 ? `${(100 - 10 ** -digits).toFixed(digits)} %` : `${shown} %`;
}

/** A moment of the run: `1:02.35`. */
export function clockText(ms: number, digits = 2): string {
  const minutes = Math.floor(ms / 60_000);
  const seconds = (ms - minutes * 60_000) / 1000;
  const text = seconds.toFixed(digits);
  return `${minutes}:${seconds < 10 ? '0' : ''}${text}`;
}

export function span(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(0)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(ms % 1000 === 0 ? 0 : 1)} s`;
  return ms >= 10 || ms === 0 ? `${ms.toFixed(0)} ms` : `${ms.toFixed(1)} ms`;
}

export function speedText(speed: number): string {
  return speed < 1 ? `1/${Math.round(1 / speed)}` : `${speed}×`;
}
