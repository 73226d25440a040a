import { barsText } from './charts/bars-text.ts';
import { chartText } from './charts/chart-text.ts';
import { heatMapText } from './charts/heat-map-text.ts';
import { FIRM_SPACE } from './numbers.ts';
import type { Block, Column, Report, Table } from './report.ts';
import { tableOfStory, textOf } from './report.ts';

/** A report as GitHub's Markdown. */
export function renderMarkdown(report: Report): string {
  const text = [`## ${report.title}`, ...report.blocks.map(renderBlock)].join('\n\n');
  return `${text.replaceAll(FIRM_SPACE, ' ')}\n`;
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `### ${block.text}`;
    case 'paragraph':
      return block.text.replaceAll('\n', '  \n');
    case 'list':
      return block.items.map((item) => `- ${item}`).join('\n');
    case 'table':
      return renderTable(block);
    case 'story':
      return renderTable(tableOfStory(block));
    case 'chart':
      return verbatim(chartText(block, CHART_WIDTH));
    case 'bars':
      return verbatim(barsText(block, CHART_WIDTH));
    case 'heatMap':
      return verbatim(heatMapText(block, CHART_WIDTH));
  }
}

/** Charts are drawn in letters, as wide as GitHub shows them. */
const CHART_WIDTH = 100;

function verbatim(lines: readonly string[]): string {
  return ['```text', ...lines.map((line) => line.trimEnd()), '```'].join('\n');
}

function renderTable({ columns, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  const rule = columns.map(({ align }) => (align === 'right' ? '---:' : '---'));
  return [line(columns.map(headOf)), `| ${rule.join(' | ')} |`, ...rows.map((row) => line(row.map(textOf)))].join('\n');
}

function headOf({ head, unit }: Column): string {
  return unit === undefined ? head : `${head} (${unit})`;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', '<br>');
}
