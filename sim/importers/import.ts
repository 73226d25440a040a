import type { Registry } from '../controllers/registry.ts';
import { assemble } from './assemble.ts';
import type { Assembly } from './assemble.ts';
import { Draft } from './draft.ts';
import type { Warning } from './draft.ts';
import { ManifestError, readManifests } from './manifest.ts';
import type { Manifest, Source } from './manifest.ts';
import { IMPORTERS } from './products/index.ts';
import { writeScenario } from './write-scenario.ts';

/** A file to import, by the name that it is called by. */
export interface ManifestFile {
  readonly file: string;
  readonly text: string;
}

/** A field of a manifest, and the setting that it has become. */
export interface MappedField {
  readonly source: Source;
  /** Such as `frontend-retry.attempts`. */
  readonly setting: string;
  readonly value: unknown;
}

export interface ImportResult {
  /** The scenario, as YAML. */
  readonly scenario: string;
  readonly mapped: readonly MappedField[];
  /** What was not understood, or only nearly. */
  readonly warnings: readonly Warning[];
  /** What was understood, and changes nothing in a simulation. */
  readonly withoutEffect: readonly { readonly source: Source; readonly why: string }[];
}

/**
 * Makes a scenario of manifests. Throws `ManifestError` for what is no YAML or JSON, or where nothing in any of the files
 * is known.
 */
export function importManifests(files: readonly ManifestFile[], registry: Registry, name = 'imported'): ImportResult {
  const manifests = files.flatMap(({ text, file }) => readManifests(text, file));
  const draft = new Draft();
  // What refers to others is read after what it refers to.
  for (const importer of IMPORTERS) {
    for (const manifest of manifests) if (importerOf(manifest) === importer) importer.read(manifest.root, draft);
  }
  if (draft.services.size === 0) {
    const known = IMPORTERS.map((importer) => importer.name).join(', ');
    throw new ManifestError(
      `${files.map(({ file }) => file).join(', ')}: nothing here can be imported (known: ${known})`,
    );
  }
  const assembly = assemble(draft, registry);
  const warnings = [...draft.warnings, ...assembly.warnings, ...manifests.flatMap(leftoversOf)];
  return {
    scenario: writeScenario(
      name,
      assembly,
      files.map(({ file }) => file),
    ),
    mapped: mappedFields(assembly),
    warnings: inOrder(warnings, files),
    withoutEffect: manifests.flatMap((manifest) => manifest.skipped()),
  };
}

function importerOf(manifest: Manifest) {
  return IMPORTERS.find((importer) => importer.handles(manifest.root));
}

function leftoversOf(manifest: Manifest): Warning[] {
  if (importerOf(manifest) === undefined) {
    const kind = manifest.root.text('kind');
    const what =
      kind === undefined ? 'this document' : `\`${kind}\` of ${manifest.root.text('apiVersion') ?? 'no version'}`;
    return [{ source: manifest.source([]), message: `${what} is not known` }];
  }
  return manifest
    .leftovers()
    .map(({ source }) => ({ source, message: 'not understood: no setting of a scenario takes it' }));
}

function mappedFields({ services, edges, autoscalers }: Assembly): MappedField[] {
  const of = (owner: string, settings: Assembly['autoscalers'][number]['settings']): MappedField[] =>
    [...settings].flatMap(([path, { value, from }]) =>
      from === null ? [] : [{ source: from, setting: `${owner}.${path}`, value }],
    );
  return [
    ...[...services].flatMap(([name, settings]) => of(name, settings)),
    ...[...edges.flatMap(({ layers }) => layers), ...autoscalers].flatMap((layer) => of(layer.name, layer.settings)),
  ];
}

function inOrder(warnings: readonly Warning[], files: readonly ManifestFile[]): Warning[] {
  const rank = ({ source }: Warning): number => files.findIndex(({ file }) => file === source.file);
  return warnings.toSorted((a, b) => rank(a) - rank(b) || a.source.line - b.source.line);
}
