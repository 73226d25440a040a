import type { LaneSpec } from '../worker/protocol.ts';

/** Everything that a link carries: what is on the page, without the results, which follow from it. */
export interface PageState {
  /** File name of a shipped scenario, or … */
  readonly shipped: string | null;
  /** … text of its own, with the name that it goes by. */
  readonly text: string;
  readonly file: string;
  readonly bases: Readonly<Record<string, string>>;
  readonly lanes: readonly LaneSpec[];
  /** The moment that is shown, milliseconds. */
  readonly at: number;
  readonly speed: number;
  readonly request: number | null;
}

/** Links from strangers: no more is read than this. */
const MOST_CHARACTERS = 200_000;
const MOST_BYTES = 1 << 20;
const MARK = '1.';

/** The state as the fragment of an address: JSON, compressed, in the letters that addresses may have. */
export async function toFragment(state: PageState): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  const packed = await readAll(through(bytes, new CompressionStream('deflate-raw')), Infinity);
  let binary = '';
  for (const byte of packed) binary += String.fromCharCode(byte);
  return MARK + btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Reads a fragment. Throws an `Error` that says what is wrong with it. */
export async function fromFragment(fragment: string): Promise<PageState> {
  if (!fragment.startsWith(MARK)) throw new Error('This link is not one of this page, or of a newer version of it.');
  if (fragment.length > MOST_CHARACTERS) throw new Error('This link is too long to be read.');
  let bytes: Uint8Array;
  try {
    const binary = atob(fragment.slice(MARK.length).replaceAll('-', '+').replaceAll('_', '/'));
    const packed = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
    bytes = await readAll(through(packed, new DecompressionStream('deflate-raw')), MOST_BYTES);
  } catch (error) {
    if (error instanceof TooLongError) throw error;
    throw new Error('This link is damaged: it may have been cut off.', { cause: error });
  }
  return checked(JSON.parse(new TextDecoder().decode(bytes)));
}

class TooLongError extends Error {}

function through(bytes: Uint8Array, transform: CompressionStream | DecompressionStream): ReadableStream<Uint8Array> {
  return new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(transform);
}

async function readAll(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new TooLongError('What this link holds is too large to be opened.');
    }
    parts.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Takes from parsed JSON what is of the right shape, and nothing else. */
function checked(value: unknown): PageState {
  if (!isRecord(value)) throw new Error('This link is damaged.');
  const lanes = Array.isArray(value['lanes']) ? value['lanes'].filter(isRecord).slice(0, 3).map(checkedLane) : [];
  return {
    shipped: typeof value['shipped'] === 'string' ? value['shipped'] : null,
    text: textOf(value['text']),
    file: textOf(value['file']).slice(0, 200),
    bases: recordOf(value['bases'], (one) => (typeof one === 'string' ? one : undefined)),
    lanes,
    at: numberOf(value['at'], 0),
    speed: numberOf(value['speed'], 0.25),
    request: typeof value['request'] === 'number' && value['request'] >= 0 ? Math.floor(value['request']) : null,
  };
}

function checkedLane(lane: Record<string, unknown>): LaneSpec {
  const off = Array.isArray(lane['off']) ? lane['off'].filter((name) => typeof name === 'string').slice(0, 100) : [];
  return {
    design: textOf(lane['design']),
    off,
    lag: recordOf(lane['lag'], (one) => (typeof one === 'number' && one >= 0 && one <= 3_600_000 ? one : undefined)),
    cause: recordOf(lane['cause'], (one) => (typeof one === 'boolean' ? one : undefined)),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

function recordOf<T>(value: unknown, read: (one: unknown) => T | undefined): Record<string, T> {
  const record: Record<string, T> = {};
  if (!isRecord(value)) return record;
  for (const [name, one] of Object.entries(value).slice(0, 100)) {
    const kept = read(one);
    if (kept !== undefined && name !== '__proto__') record[name] = kept;
  }
  return record;
}
