/** A step into a document: a key, or an index of a list. */
export type Path = readonly (string | number)[];

/** Where something stands. */
export interface Place {
  readonly file: string;
  /** 1-based; 0 where the place is in no file (a command-line setting). */
  readonly line: number;
  readonly column: number;
}

/** Where every value and key of a document stands: a tree of the document's own shape. */
export class Places {
  /** Of the value itself, and of the key that it stands under (none in a list). */
  value: Place | undefined;
  key: Place | undefined;
  private readonly children = new Map<string | number, Places>();

  constructor(value?: Place) {
    this.value = value;
  }

  /** The places below one step; made if there are none yet. */
  below(step: string | number): Places {
    let child = this.children.get(step);
    if (child === undefined) {
      child = new Places();
      this.children.set(step, child);
    }
    return child;
  }

  /** Puts other places below one step, and leaves nothing of those that were there. */
  replace(step: string | number, places: Places): void {
    this.children.set(step, places);
  }

  /** The place of a value, or of the nearest thing around it that has one. */
  find(path: Path): Place | undefined {
    return this.nearest(path, ({ value, key }) => value ?? key);
  }

  /** The place of a key, or of the nearest thing around it that has one. */
  findKey(path: Path): Place | undefined {
    return this.nearest(path, ({ value, key }) => key ?? value);
  }

  private nearest(path: Path, pick: (places: Places) => Place | undefined): Place | undefined {
    let found = pick(this);
    let at: Places | undefined = this.children.get(path[0]);
    for (let depth = 1; at !== undefined; depth++) {
      found = pick(at) ?? found;
      at = depth < path.length ? at.children.get(path[depth]) : undefined;
    }
    return found;
  }
}

/** A path as people write it: `edges[0].layers[2].rate`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? shorten(step) : `.${shorten(step)}`;
  }
  return text;
}

const LONGEST_SHOWN = 60;

/** Text that a message can hold. */
export function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN - 1)}…` : line;
}
