import type { Draft } from './draft.ts';
import type { Cursor } from './manifest.ts';

/** Reads one kind of manifest into a draft. What it leaves unread is told to whoever imports. */
export interface Importer {
  readonly name: string;
  handles(root: Cursor): boolean;
  read(root: Cursor, draft: Draft): void;
}

/** Whether a resource is of this kind and API group, in whichever version. */
export function isResource(root: Cursor, kind: string, apiVersion: string): boolean {
  return root.text('kind') === kind && (root.text('apiVersion') ?? '').startsWith(apiVersion);
}

/** What every resource says of itself. */
export function skipIdentity(root: Cursor): void {
  root.skip('says what it is', 'apiVersion', 'kind', 'metadata.name', 'metadata.namespace', 'metadata.labels');
}
