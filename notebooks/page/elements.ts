/** Pieces of a page, made of text alone. */

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  content: readonly (Node | string)[],
  className = '',
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  made.append(...content);
  return made;
}

/** A figure with its name, and what it is to be held against. */
export interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
}

/** Figures beside each other. */
export function tiles(all: readonly Tile[]): HTMLElement {
  return element(
    'dl',
    all.map(({ name, value, note }) => {
      const shown = note === undefined ? [value] : [value, element('small', [note])];
      return element('div', [element('dt', [name]), element('dd', shown)]);
    }),
    'tiles',
  );
}

/** A sentence that a run has come to. */
export function verdict(sentence: string, isBad = false): HTMLElement {
  return element('p', [sentence], isBad ? 'verdict bad' : 'verdict');
}

export interface Column<Row> {
  readonly head: string;
  readonly isNumber?: boolean;
  text(row: Row): string;
  /** Good or bad news, in colour beside the words. */
  tone?(row: Row): 'good' | 'bad' | null;
}

/** A table that scrolls by itself where the page is narrow. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): HTMLElement {
  const classOf = (isNumber = false): string => (isNumber ? 'number' : '');
  const head = element(
    'tr',
    columns.map(({ head: name, isNumber }) => element('th', [name], classOf(isNumber))),
  );
  const body = rows.map((row) =>
    element(
      'tr',
      columns.map((column) =>
        element('td', [column.text(row)], `${classOf(column.isNumber)} ${column.tone?.(row) ?? ''}`.trim()),
      ),
    ),
  );
  const made = element('table', [element('thead', [head]), element('tbody', body)]);
  const frame = element('div', [made], 'table');
  // What scrolls can be reached by keyboard.
  frame.tabIndex = 0;
  return frame;
}

/** Controls below each other. */
export function controls(inputs: Readonly<Record<string, HTMLElement>>): HTMLElement {
  for (const input of Object.values(inputs)) {
    const name = input.querySelector('label')?.textContent ?? '';
    // The label belongs to the field; the slider beside it has none.
    input.querySelector('input[type=range]')?.setAttribute('aria-label', name);
  }
  return element('div', Object.values(inputs), 'controls');
}
