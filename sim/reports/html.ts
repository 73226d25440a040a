import { barsSvg } from './charts/bars-svg.ts';
import { chartSvg } from './charts/chart-svg.ts';
import { heatMapSvg } from './charts/heat-map-svg.ts';
import type { Block, Cell, Column, Report, Table } from './report.ts';
import { tableOfStory, textOf } from './report.ts';

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff; margin: 2rem auto; max-width: 75rem; padding: 0 1rem }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; display: block; overflow-x: auto }
th, td { padding: .25rem .7rem; text-align: left; vertical-align: top }
th { border-bottom: 1px solid #999; font-weight: 600 } th small { display: block; font-weight: 400; color: #666 }
tr:nth-child(even) td { background: #f6f6f6 }
.right { text-align: right } .good { color: #146c2e } .bad { color: #b3261e } .quiet { color: #666 } .strong { font-weight: 600 }
code { font: .93em ui-monospace, monospace; background: #eee; padding: 0 .2em; border-radius: .2em }
@media (prefers-color-scheme: dark) {
  body { color: #ddd; background: #181818 } code { background: #333 } tr:nth-child(even) td { background: #222 }
  .good { color: #7bd88f } .bad { color: #ff8a80 } .quiet, th small { color: #999 }
}`;

/** A report as one page that needs nothing else: no script, no other file. */
export function renderHtml(report: Report): string {
  const title = escapeHtml(report.title);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}
</style></head>
<body>
<h1>${title}</h1>
${report.blocks.map(renderBlock).join('\n')}
</body>
</html>
`;
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h2>${inline(block.text)}</h2>`;
    case 'paragraph':
      return `<p${classOf(block.tone)}>${inline(block.text)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${inline(item)}</li>`).join('')}</ul>`;
    case 'table':
      return renderTable(block);
    case 'story':
      return renderTable(tableOfStory(block));
    case 'chart':
      return `<figure>${chartSvg(block)}</figure>`;
    case 'bars':
      return `<figure>${barsSvg(block)}</figure>`;
    case 'heatMap':
      return `<figure>${heatMapSvg(block)}</figure>`;
  }
}

function renderTable({ columns, rows }: Table): string {
  const head = columns.map(({ head, unit, align }) => {
    const under = unit === undefined ? '' : ` <small>${inline(unit)}</small>`;
    return `<th${classOf(align === 'right' ? 'right' : undefined)}>${inline(head)}${under}</th>`;
  });
  const body = rows.map((row) => `<tr>${row.map((cell, i) => renderCell(cell, columns[i])).join('')}</tr>`);
  return `<table>\n<thead><tr>${head.join('')}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table>`;
}

function renderCell(cell: Cell, { align }: Column): string {
  const classes = [align === 'right' ? 'right' : '', typeof cell === 'string' ? '' : cell.tone];
  return `<td${classOf(classes.filter((name) => name !== '').join(' '))}>${inline(textOf(cell))}</td>`;
}

function classOf(name: string | undefined): string {
  return name === undefined || name === '' ? '' : ` class="${name}"`;
}

/** Names in backticks become code. */
function inline(text: string): string {
  return escapeHtml(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replaceAll('\n', '<br>');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
