import { readDocument } from './document.ts';
import type { ReadBase } from './extend.ts';
import { withBases } from './extend.ts';
import { isRecord } from './plain-data.ts';
import { withSettings } from './settings.ts';

/** A scenario as it is written: with all that it extends, and with what is set over it, but without defaults. */
export function writtenScenario(
  file: string,
  source: { readonly text: string; readonly readBase?: ReadBase; readonly set?: Readonly<Record<string, unknown>> },
): Readonly<Record<string, unknown>> {
  const { document } = withSettings(withBases(readDocument(source.text, file), source.readBase), source.set ?? {});
  return isRecord(document.value) ? document.value : {};
}
