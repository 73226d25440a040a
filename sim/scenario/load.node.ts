import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Extension } from '../controllers/registry.ts';
import { Registry } from '../controllers/registry.ts';
import { MAX_FILE_BYTES } from './document.ts';
import { readPlugins, readScenario } from './read-scenario.ts';
import type { Scenario } from './scenario.ts';
import { ScenarioError } from './scenario-error.ts';

/** A scenario from a file, and the registry with the controllers of its plugins. */
export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly registry: Registry;
}

/** Reads a scenario file with what it extends and the plugins that it names. Throws `ScenarioError`. */
export async function loadScenario(
  file: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<LoadedScenario> {
  const text = readText(file);
  const plugins = readPlugins(text, file).map((plugin) => resolve(dirname(file), plugin));
  const registry = await loadRegistry(plugins);
  const readBase = (name: string, from: string): { text: string; file: string } => {
    const path = isAbsolute(name) ? name : resolve(dirname(from), name);
    return { text: readText(path), file: relative(process.cwd(), path) };
  };
  const scenario = readScenario(text, file, { registry, readBase, set: settings });
  return { scenario: { ...scenario, plugins }, registry };
}

/** The controllers that ship, and those that modules export as `default` or `extension`. */
export async function loadRegistry(plugins: readonly string[]): Promise<Registry> {
  const extensions: Extension[] = [];
  for (const plugin of plugins) extensions.push(await loadPlugin(plugin));
  try {
    return new Registry(extensions);
  } catch (error) {
    throw problemOf(plugins.join(', '), (error as Error).message);
  }
}

async function loadPlugin(path: string): Promise<Extension> {
  let module: Record<string, unknown>;
  try {
    module = (await importModule(path)) as Record<string, unknown>;
  } catch (error) {
    throw problemOf(path, `this plugin cannot be loaded: ${(error as Error).message}`);
  }
  const extension = module['extension'] ?? module['default'];
  if (typeof extension !== 'object' || extension === null) {
    throw problemOf(
      path,
      'a plugin exports `{ kinds, policies }` as `default` or `extension`; this one exports neither',
    );
  }
  return extension;
}

/** TypeScript is read through `tsx`, where that is installed. */
async function importModule(path: string): Promise<unknown> {
  const url = pathToFileURL(path).href;
  if (!/\.[cm]?tsx?$/.test(path)) return import(url);
  const { tsImport } = (await import('tsx/esm/api')) as { tsImport: (url: string, parent: string) => Promise<unknown> };
  return tsImport(url, import.meta.url);
}

function readText(file: string): string {
  try {
    const { size } = statSync(file);
    if (size > MAX_FILE_BYTES) {
      throw problemOf(file, `the file has ${size} bytes; at most ${MAX_FILE_BYTES} are read`);
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof ScenarioError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'this is a folder' : message;
    throw problemOf(file, why);
  }
}

function problemOf(file: string, message: string): ScenarioError {
  return new ScenarioError([{ file, line: 0, column: 0, path: '', message }]);
}
