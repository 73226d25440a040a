import * as Plot from '@observablehq/plot';

/** A chart, with the sentence under it that says what it shows. */
export type Chart = ReturnType<typeof Plot.plot>;

/** What all charts have in common. */
export function plot(options: Plot.PlotOptions & { readonly caption: string; readonly label: string }): Chart {
  const { label, x, ...rest } = options;
  const chart = Plot.plot({
    marginBottom: 44,
    ...rest,
    x: { labelArrow: 'none', labelOffset: 38, ...x },
    ariaLabel: label,
    ariaDescription: options.caption,
    figure: true,
    style: { fontSize: '12px', background: 'transparent', ...(rest.style as object | undefined) },
  });
  chart.dataset['chart'] = label;
  // A picture with a caption: what its marks are called is for tests, not for screen readers.
  for (const svg of chart.querySelectorAll('figure > svg')) svg.setAttribute('role', 'img');
  for (const mark of chart.querySelectorAll<SVGGElement>('g[aria-label]')) {
    mark.dataset['mark'] = mark.getAttribute('aria-label')!;
    mark.removeAttribute('aria-label');
  }
  return chart;
}

/** Charts are no wider than they need to be. */
export function widthWithin(width: number, most: number): number {
  return Math.max(280, Math.min(width, most));
}

/** Whether there is room for what is told beside the lines. */
export function isNarrow(width: number): boolean {
  return width < 560;
}

export const LINE = 'var(--line)';
export const INK = 'var(--theme-foreground)';
export const QUIET = 'var(--theme-foreground-muted)';

/** Of the ticks that one would write on a logarithmic scale, those within it. */
export function ticksUpTo(most: number, ticks: readonly number[]): number[] {
  return ticks.filter((tick) => tick <= most);
}
