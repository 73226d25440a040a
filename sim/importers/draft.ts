import type { Conversion } from './conversions.ts';
import type { Cursor, Source } from './manifest.ts';

/** A value of the scenario to be, and the field that it was read from; null for an assumption. */
export interface Noted {
  readonly value: unknown;
  readonly from: Source | null;
  /** What a reader must know of it. */
  readonly comment?: string;
}

/** Settings by their dotted path inside a layer. */
export type Settings = Map<string, Noted>;

/** What layers are, from the outermost in: those of the caller's own process before those of its proxy. */
export const RANKS = {
  applicationLimit: 10,
  applicationRetry: 20,
  applicationBreaker: 30,
  applicationRateLimit: 40,
  applicationBulkhead: 50,
  rateLimit: 60,
  admission: 70,
  retry: 80,
  concurrencyLimit: 90,
  balancer: 100,
  hostBreaker: 110,
} as const;

export interface DraftLayer {
  readonly service: string;
  /** The one route that it stands on; null for every route to its service. */
  readonly route: string | null;
  readonly rank: number;
  /** What it is called, after its service or route. */
  readonly role: string;
  readonly kind: string;
  readonly policy: string;
  readonly settings: Settings;
  /** Why it is there, if the manifest does not ask for it. */
  readonly comment?: string;
}

export interface DraftAutoscaler {
  readonly service: string;
  readonly policy: string;
  readonly settings: Settings;
}

/** Something to tell whoever imports. */
export interface Warning {
  readonly source: Source;
  readonly message: string;
}

/** A scenario in the making: what the manifests say, each part by the name of the service that it is about. */
export class Draft {
  readonly services = new Map<string, Settings>();
  /** Routes by name, each to a service. */
  readonly routes = new Map<string, string>();
  readonly layers: DraftLayer[] = [];
  readonly autoscalers: DraftAutoscaler[] = [];
  readonly warnings: Warning[] = [];

  /** The settings of a service; it is there from now on. */
  service(name: string): Settings {
    const known = this.services.get(name);
    if (known !== undefined) return known;
    const settings: Settings = new Map();
    this.services.set(name, settings);
    return settings;
  }

  /** A route to a service: traffic of its own. */
  route(name: string, service: string): void {
    this.service(service);
    this.routes.set(name, service);
  }

  /** Adds a layer, or what this manifest says to one that another has added: a destination rule to a virtual service's. */
  layer(layer: DraftLayer): Settings {
    this.service(layer.service);
    const same = this.layers.find(
      ({ service, route, role, policy }) =>
        service === layer.service && route === layer.route && role === layer.role && policy === layer.policy,
    );
    if (same === undefined) {
      this.layers.push(layer);
      return layer.settings;
    }
    for (const [path, noted] of layer.settings) same.settings.set(path, noted);
    return same.settings;
  }

  /** Something is to be said of a part that has been read. */
  warn(cursor: Cursor, message: string): void {
    this.warnings.push({ source: cursor.source, message });
  }

  /** A part is left unread, and why. */
  leave(cursor: Cursor, message: string): void {
    this.warn(cursor, message);
    cursor.take();
  }
}

/** A field of a manifest, the setting that it becomes, and how. */
export type FieldMapping = readonly [from: string, to: string, as: Conversion];

/** Reads fields into settings. What cannot be read stays unread, and so is told of. */
export function mapFields(from: Cursor, settings: Settings, fields: readonly FieldMapping[]): Settings {
  for (const [path, to, as] of fields) {
    const field = from.get(path);
    if (field !== undefined) mapField(field, settings, to, as);
  }
  return settings;
}

export function mapField(field: Cursor, settings: Settings, to: string, as: Conversion, comment?: string): boolean {
  const value = as(field.value);
  if (value === undefined) return false;
  field.take();
  settings.set(to, { value, from: field.source, ...(comment === undefined ? {} : { comment }) });
  return true;
}

/** The same for a value that is known already. */
export function note(settings: Settings, to: string, value: unknown, from: Cursor | null, comment?: string): void {
  settings.set(to, { value, from: from?.source ?? null, ...(comment === undefined ? {} : { comment }) });
}

/** A name that a scenario can hold: the first label of a host name, without what no name may have. */
export function nameOf(host: string): string {
  const label = host
    .split('.')[0]
    .replace(/[^\w-]+/g, '-')
    .replace(/^[^A-Za-z]+/, '');
  return label === '' ? 'service' : label;
}
