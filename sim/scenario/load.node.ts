import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Extension } from '../controllers/registry.ts';
import { Registry } from '../controllers/registry.ts';
import { MAX_FILE_BYTES } from './document.ts';
import type { ReadBase } from './extend.ts';
import { readPlugins, readScenario } from './read-scenario.ts';
import type { Scenario } from './scenario.ts';
import { ScenarioError } from './scenario-error.ts';
import type { ReadData } from './traffic.ts';

/** Recorded arrivals may be long. */
const MAX_DATA_BYTES = 256 * 1024 * 1024;

/** A scenario from a file, and the registry with the controllers of its plugins. */
export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly registry: Registry;
  /** What it was read from, for whoever must point at a place in it. */
  readonly source: ScenarioSource;
}

/** The text of a scenario file, and how what it extends and what is set over it are read. */
export interface ScenarioSource {
  readonly text: string;
  readonly readBase: ReadBase;
  readonly readData: ReadBase;
  readonly set: Readonly<Record<string, unknown>>;
}

/** Reads a scenario file with what it extends and the plugins that it names. Throws `ScenarioError`. */
export async function loadScenario(
  file: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<LoadedScenario> {
  return (await openScenario(file)).with(settings);
}

/** A scenario file as it was when it was opened. */
export interface OpenScenario {
  /** The scenario with these settings over it. Throws `ScenarioError`. */
  with(settings: Readonly<Record<string, unknown>>): LoadedScenario;
}

/** Its text, and what it is read with. */
export interface ScenarioText {
  readonly text: string;
  readonly file: string;
  readonly registry: Registry;
  readonly readBase: ReadBase;
  readonly readData: ReadData;
  /** Modules that it names, by their paths. */
  readonly plugins: readonly string[];
}

/** Reads a scenario file once, for many settings: whoever changes it meanwhile changes nothing. Throws `ScenarioError`. */
export async function openScenario(file: string): Promise<OpenScenario & ScenarioText> {
  const text = readText(file);
  const readBase = remembered(basesOf(file));
  const plugins = readPlugins(text, file, readBase).map(({ module, from }) => resolve(dirname(from), module));
  const registry = await loadRegistry(plugins);
  const reading = { registry, readBase, readData: remembered(readData) };
  return {
    text,
    file,
    ...reading,
    plugins,
    with: (set) => ({
      scenario: { ...readScenario(text, file, { ...reading, set }), plugins },
      registry,
      source: { text, readBase, readData: reading.readData, set },
    }),
  };
}

function remembered(readBase: ReadBase): ReadBase {
  const known = new Map<string, ReturnType<ReadBase>>();
  return (name, from) => {
    const key = `${from}\0${name}`;
    const base = known.get(key) ?? readBase(name, from);
    known.set(key, base);
    return base;
  };
}

/** Reads recorded arrivals and the like, as seen from the scenario's file. */
function readData(name: string, from: string): { text: string; file: string } {
  const path = resolve(dirname(from), name);
  return { text: readText(path, MAX_DATA_BYTES), file: relative(process.cwd(), path) };
}

/** The texts of the files that a scenario extends, by the names that it and they call them. */
export function readSourceTexts(file: string): Record<string, string> {
  const texts: Record<string, string> = {};
  const read = basesOf(file);
  readPlugins(readText(file), file, (name, from) => {
    const base = read(name, from);
    texts[name] = base.text;
    return base;
  });
  return texts;
}

/** Reads what a file extends, as seen from that file. A file keeps the name that it was first called by. */
function basesOf(file: string): ReadBase {
  const names = new Map([[resolve(file), file]]);
  return (name, from) => {
    const path = resolve(dirname(from), name);
    return { text: readText(path), file: names.get(path) ?? relative(process.cwd(), path) };
  };
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

/** The text of a file, of which no more is read than a scenario may have: it may be a pipe, or a device without end. */
export function readText(file: string, most = MAX_FILE_BYTES): string {
  try {
    const { size } = statSync(file);
    if (size > most) throw tooLarge(file, `${size} bytes`, most);
    return decode(file, readAtMost(file, most));
  } catch (error) {
    if (error instanceof ScenarioError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw problemOf(file, REASONS[code ?? ''] ?? message);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder',
  EACCES: 'this file may not be read',
};

function readAtMost(file: string, most: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(most + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = readSync(descriptor, buffer, length, buffer.length - length, null);
    }
    if (length > most) throw tooLarge(file, `more than ${most} bytes`, most);
    return buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

function decode(file: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw problemOf(file, 'this is not text in UTF-8');
  }
}

function tooLarge(file: string, size: string, most: number): ScenarioError {
  return problemOf(file, `the file has ${size}; at most ${most} are read`);
}

function problemOf(file: string, message: string): ScenarioError {
  return new ScenarioError([{ file, line: 0, column: 0, path: '', message }]);
}
