import { area, line, max, ticks } from 'd3';
import { palette } from '../app/palette.ts';
import { clockText } from '../model/format.ts';
import { BIN_MS } from '../model/series.ts';
import { lanes, LETTERS, series, specs, summary } from '../model/store.ts';
import { CHARTS } from '../timeline/charts.ts';
import { bottomOf, DASHES } from '../timeline/draw-chart.ts';
import { linear } from '../timeline/linear.ts';

const WIDTH = 960;
const LEFT = 150;
const RIGHT = 20;
const ROW = 62;
const TOP = 64;

/** The timeline of all designs as a drawing. */
export function timelineSvg(): string {
  const world = summary.value!;
  const colours = palette.value;
  const shown = CHARTS.filter(
    ({ isWanted }) => isWanted === undefined || series.value.some((one) => one !== undefined && isWanted(one)),
  );
  const height = TOP + shown.length * ROW + 34;
  const x = linear([world.fromMs, world.untilMs], [LEFT, WIDTH - RIGHT]);
  const parts: string[] = [];
  const text = (at: number, y: number, words: string, more = ''): void => {
    parts.push(`<text x="${at}" y="${y}" ${more}>${escaped(words)}</text>`);
  };
  text(16, 24, world.name, 'font-weight="700" font-size="15"');
  specs.value.forEach(({ design }, i) => {
    const left = 16 + i * 200;
    parts.push(
      `<line x1="${left}" x2="${left + 26}" y1="44" y2="44" stroke="${colours.lanes[i]}" stroke-width="2" stroke-dasharray="${DASHES[i].join(' ')}"/>`,
    );
    text(left + 32, 48, `${LETTERS[i]} ${design}`);
  });
  for (const { fromMs, untilMs, label } of world.faults) {
    const from = x(Math.max(fromMs, world.fromMs));
    const width = Math.max(1, x(Math.min(untilMs, world.untilMs)) - from);
    parts.push(
      `<rect x="${from}" y="${TOP - 6}" width="${width}" height="${shown.length * ROW}" fill="${colours.fault}" opacity="0.12"><title>${escaped(label)}</title></rect>`,
    );
  }
  shown.forEach((chart, row) => {
    const top = TOP + row * ROW;
    const present = series.value.filter((one) => one !== undefined);
    const highest = max(present, (one) =>
      max([...chart.lines(one).map(({ values }) => max(values) ?? 0), max(chart.behind?.(one) ?? []) ?? 0]),
    );
    const most = chart.top ?? (highest === undefined || highest <= 0 ? 1 : highest * 1.05);
    const y = linear([bottomOf(chart, present, most), most], [top + ROW - 16, top]);
    const at = (_: number, i: number): number => x(world.fromMs + (i + 0.5) * BIN_MS);
    const isKnown = (value: number): boolean => !Number.isNaN(value);
    text(16, top + 18, chart.title, 'font-weight="600"');
    text(
      16,
      top + 33,
      `${chart.text(bottomOf(chart, present, most))} – ${chart.text(most)}`,
      `fill="${colours.quiet}" font-size="11"`,
    );
    if (chart.behind !== undefined && present.length > 0) {
      const surface = area<number>()
        .defined(isKnown)
        .x(at)
        .y0(top + ROW - 16)
        .y1((value) => y(value));
      parts.push(`<path d="${surface([...chart.behind(present[0])])}" fill="${colours.faint}"/>`);
    }
    parts.push(
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${top + ROW - 16}" y2="${top + ROW - 16}" stroke="${colours.line}"/>`,
    );
    series.value.forEach((one, lane) => {
      if (one === undefined) return;
      for (const { values, thin } of chart.lines(one)) {
        const path = line<number>()
          .defined(isKnown)
          .x(at)
          .y((value) => y(value));
        parts.push(
          `<path d="${path([...values]) ?? ''}" fill="none" stroke="${colours.lanes[lane]}" stroke-width="${thin === true ? 0.8 : 1.6}" stroke-dasharray="${DASHES[lane].join(' ')}"/>`,
        );
      }
    });
  });
  for (const tick of ticks(world.fromMs, world.untilMs, 8))
    text(x(tick), height - 16, clockText(tick, 0), `text-anchor="middle" fill="${colours.quiet}" font-size="11"`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13" fill="${colours.ink}"><rect width="100%" height="100%" fill="${colours.raised}"/>${parts.join('')}</svg>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** The stages of all designs at the moment that is shown, as pixels. */
export async function stagesPng(): Promise<Blob> {
  const stages = [...document.querySelectorAll<HTMLElement>('.stage')];
  const scale = Math.min(2, devicePixelRatio);
  const gap = 20;
  const head = 46;
  const width = stages.reduce((sum, { clientWidth }) => sum + clientWidth + gap, gap);
  const height = Math.max(...stages.map(({ clientHeight }) => clientHeight)) + head + gap;
  const canvas = document.createElement('canvas');
  canvas.width = width * scale;
  canvas.height = height * scale;
  const context = canvas.getContext('2d')!;
  context.scale(scale, scale);
  context.fillStyle = palette.value.raised;
  context.fillRect(0, 0, width, height);
  let left = gap;
  stages.forEach((stage, i) => {
    context.fillStyle = palette.value.ink;
    context.font = '600 14px system-ui, sans-serif';
    context.fillText(`${LETTERS[i]}  ${specs.value[i].design}`, left, 22);
    context.font = '11px system-ui, sans-serif';
    context.fillStyle = palette.value.quiet;
    context.textAlign = 'center';
    for (const name of stage.closest('.stage-inner')?.querySelectorAll<HTMLElement>('.layer-name') ?? []) {
      const box = name.getBoundingClientRect();
      context.fillText(name.textContent, left + box.left + box.width / 2 - stage.getBoundingClientRect().left, 40);
    }
    context.textAlign = 'left';
    for (const layer of stage.querySelectorAll('canvas')) {
      context.drawImage(layer, left, head, layer.clientWidth, layer.clientHeight);
    }
    left += stage.clientWidth + gap;
  });
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error('no picture could be made')) : resolve(blob)),
      'image/png',
    );
  });
}

/** The figures of all designs, as `overcontrol run --json` has them. */
export function figuresJson(): string {
  const world = summary.value!;
  const designs = lanes.value.map((lane, i) => ({
    design: specs.value[i].design,
    changes: specs.value[i],
    simulatedMs: lane?.simulatedMs ?? 0,
    figures: lane?.figures ?? null,
  }));
  return `${JSON.stringify({ scenario: world.name, seed: world.seed, designs }, null, 2)}\n`;
}
