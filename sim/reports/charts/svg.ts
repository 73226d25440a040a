/** Pieces of SVG that the charts share. Colours are told apart by people who see few of them; dashes help the rest. */
export const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000', '#999999'];
export const DASHES = ['', '6 3', '2 3', '8 3 2 3', '1 2', '12 4', '4 4', '10 2 2 2 2 2'];

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A coordinate: two decimals are enough for any screen, and keep files the same everywhere. */
export function px(value: number): string {
  return String(Number(value.toFixed(2)));
}

export function text(x: number, y: number, content: string, more = ''): string {
  return `<text x="${px(x)}" y="${px(y)}"${more === '' ? '' : ` ${more}`}>${escapeXml(content)}</text>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, more: string): string {
  return `<line x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}" ${more}/>`;
}

/** A whole picture, which needs nothing else; its title is read out by those who cannot see it. */
export function svg(width: number, height: number, title: string, content: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${px(width)} ${px(height)}" width="${px(width)}" height="${px(height)}" role="img" font-family="system-ui, sans-serif" font-size="12" fill="#222">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...content,
    '</svg>',
  ].join('\n');
}
