import { isRecord } from '../scenario/plain-data.ts';
import { formatDuration, parseDuration } from '../units/duration.ts';

/** Reads a value of a manifest into one that a scenario can hold; undefined if it cannot be read. */
export type Conversion = (value: unknown) => unknown;

/** Go, protobuf and Kubernetes durations: `1m30s`, `0.250s`, `8ms`. */
export const goDuration: Conversion = (value) => {
  if (value === 0 || value === '0') return '0s';
  const read = typeof value === 'string' ? parseDuration(value) : undefined;
  return read === undefined ? undefined : formatDuration(read);
};

/** A number of seconds. */
export const seconds: Conversion = (value) => {
  const read = asNumber(value);
  return read === undefined ? undefined : goDuration(`${read}s`);
};

/** Spring's durations: `5s`, `500ms`, `PT1.5S`, and a bare number of milliseconds. */
export const springDuration: Conversion = (value) => {
  const bare = asNumber(value);
  if (bare !== undefined) return formatDuration(bare * 1e6);
  const iso = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/i.exec(String(value));
  if (iso === null) return goDuration(value);
  const [, hours = '0', minutes = '0', rest = '0'] = iso;
  return goDuration(`${hours}h${minutes}m${rest}s`);
};

/** .NET's TimeSpan: `00:00:02`, `1.02:03:04.5`. */
export const timeSpan: Conversion = (value) => {
  const parts = /^(?:(\d+)\.)?(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(String(value));
  if (parts === null) return undefined;
  const [, days = '0', hours, minutes, rest] = parts;
  return goDuration(`${days}d${Number(hours)}h${Number(minutes)}m${Number(rest)}s`);
};

/** A percentage as a number, as text (`50`, `50%`), or as Envoy's `{ value: 50 }`. */
export const percentage: Conversion = (value) => {
  const plain = isRecord(value) ? value['value'] : value;
  const read = asNumber(typeof plain === 'string' ? plain.replace(/%$/, '') : plain);
  return read === undefined ? undefined : `${read}%`;
};

/** A share of one. */
export const ratio: Conversion = (value) => {
  const read = asNumber(value);
  return read === undefined ? undefined : `${Number((read * 100).toPrecision(12))}%`;
};

export const number: Conversion = (value) => asNumber(value);

export const flag: Conversion = (value) => {
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : undefined;
};

export const text: Conversion = (value) => (typeof value === 'string' ? value : undefined);

/** Kubernetes quantities that count things: `5`, `500m`, `2k`. */
export const quantity: Conversion = (value) => {
  const parts = /^(\d+(?:\.\d+)?)(m|k|M)?$/.exec(String(value));
  if (parts === null) return undefined;
  const [, count, unit = ''] = parts;
  return Number(count) * ({ '': 1, m: 0.001, k: 1e3, M: 1e6 }[unit] ?? NaN);
};

/** One of a list of names, or another name for it. */
export function named(names: Readonly<Record<string, unknown>>): Conversion {
  return (value) => (Object.hasOwn(names, String(value)) ? names[String(value)] : undefined);
}

function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const read = Number(value);
  return Number.isFinite(read) ? read : undefined;
}
