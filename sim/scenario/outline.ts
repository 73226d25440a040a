import type { z } from 'zod';
import type { Complaints } from './complaints.ts';
import type { Path } from './places.ts';
import { isRecord, valueAt } from './plain-data.ts';

/** One entry of a scenario as it is written: a service, a traffic, a fault … */
export interface Entry {
  readonly path: Path;
  readonly value: unknown;
}

/** The entries of a scenario, whatever is wrong with it: names are looked up here, and each entry is read by itself. */
export interface Outline {
  /** The map of services is there, and empty. */
  readonly hasNoService: boolean;
  readonly services: readonly Entry[];
  readonly traffic: readonly Entry[];
  readonly faults: readonly Entry[];
  readonly edges: readonly Entry[];
  readonly autoscalers: readonly Entry[];
  readonly designs: readonly Entry[];
  readonly expectations: readonly Entry[];
}

export function outlineOf(scenario: unknown): Outline {
  const list = (...path: string[]): Entry[] => listEntries(scenario, path);
  const map = (...path: string[]): Entry[] => mapEntries(scenario, path);
  const services = valueAt(scenario, ['world', 'services']);
  return {
    hasNoService: isRecord(services) && Object.keys(services).length === 0,
    services: map('world', 'services'),
    traffic: list('world', 'traffic'),
    faults: list('world', 'faults'),
    edges: list('edges'),
    autoscalers: list('autoscalers'),
    designs: map('designs'),
    expectations: list('expect'),
  };
}

function listEntries(scenario: unknown, path: Path): Entry[] {
  const list = valueAt(scenario, path);
  return Array.isArray(list) ? list.map((value: unknown, i) => ({ path: [...path, i], value })) : [];
}

function mapEntries(scenario: unknown, path: Path): Entry[] {
  const map = valueAt(scenario, path);
  return isRecord(map) ? Object.entries(map).map(([name, value]) => ({ path: [...path, name], value })) : [];
}

/** The name of an entry of a map: its key. */
export function keyOf(entry: Entry): string {
  return String(entry.path.at(-1));
}

/** A field of an entry, if it is text. */
export function textOf({ value }: Entry, ...path: string[]): string | undefined {
  const field = valueAt(value, path);
  return typeof field === 'string' ? field : undefined;
}

/** An entry as its schema reads it; undefined, with complaints, if it cannot be. */
export function readEntry<T>(entry: Entry, schema: z.ZodType<T>, complaints: Complaints): T | undefined {
  const { value, path } = entry;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  complaints.fromZod(parsed.error, schema, value, path);
  return undefined;
}

/** Every entry that can be read, with its path. */
export function readEntries<T>(
  entries: readonly Entry[],
  schema: z.ZodType<T>,
  complaints: Complaints,
): { readonly entry: Entry; readonly file: T }[] {
  return entries.flatMap((entry) => {
    const file = readEntry(entry, schema, complaints);
    return file === undefined ? [] : [{ entry, file }];
  });
}
