import type { HeatMap } from '../report.ts';

const SHADES = ' ░▒▓█';
const GAP = 2;

/** A heat map in letters: shade and value in each cell; y upwards. Without room for the values, the shades alone. */
export function heatMapText({ title, x, y, cells }: HeatMap, width: number): string[] {
  const margin = Math.max(...y.values.map(({ length }) => length)) + GAP;
  const texts = cells.map((row) => row.map((cell) => (cell === null ? '' : `${shadeOf(cell.shade)} ${cell.text}`)));
  const widest = Math.max(...x.values.map(({ length }) => length), ...texts.flat().map(({ length }) => length));
  const full = margin + x.values.length * (widest + GAP) <= width;
  const cellWidth = full ? widest : 1;
  const gap = full ? GAP : 0;
  const rows = y.values.map((value, r) => {
    const shown = texts[r].map((text) => (full ? text : text.slice(0, 1)).padStart(cellWidth + gap));
    return `${value.padStart(margin - GAP)} │${shown.join('')}`;
  });
  const head = full
    ? x.values.map((value) => value.padStart(cellWidth + gap)).join('')
    : `${x.values[0]} … ${x.values.at(-1)!}`;
  return [
    title,
    y.label,
    ...rows.toReversed(),
    `${' '.repeat(margin - 1)}└${'─'.repeat(x.values.length * (cellWidth + gap))}`,
    `${' '.repeat(margin)}${head}`,
    `${' '.repeat(margin)}${x.label}`,
  ];
}

function shadeOf(shade: number): string {
  return SHADES[Math.min(SHADES.length - 1, Math.max(0, Math.floor(shade * SHADES.length)))];
}
