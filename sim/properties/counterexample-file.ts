import { isMap, isScalar, parseDocument, stringify } from 'yaml';
import { hashName } from '../kernel/hash.ts';
import { VERSION } from '../measure/version.ts';
import { isCounterexample } from '../scenario/edits.ts';
import { LAYERED } from '../scenario/scenario.ts';
import type { Edits } from './edits.ts';
import { keyOf } from './edits.ts';
import type { Counterexample } from './findings.ts';
import { PropertyTestError } from './property-test-error.ts';

/** What a file of the corpus says. */
export interface CounterexampleFile {
  /** Path of the scenario that it extends, relative to the file. */
  readonly extends: string;
  readonly edits: Edits;
  readonly property: string;
  /** Name of the test that found it. */
  readonly design: string;
  /** The design of the scenario that it is about; `layered` where it does not say. */
  readonly tested: string;
  readonly seed: string;
  readonly replications: number;
  readonly version: string;
  /** Of the first seed's run. */
  readonly digest: string;
  /** Whether the property is known to be broken, or is guarded. */
  readonly expect: 'fail' | 'pass';
}

/** What a counterexample's file says beside the counterexample. */
export interface FileContext {
  /** Name of the test. */
  readonly design: string;
  /** Path of the scenario, relative to the file. */
  readonly extended: string;
  /** Settings of the test's own over the scenario. */
  readonly set: Edits;
  /** How to run it again. */
  readonly commands: readonly string[];
}

/** The file of a counterexample, as YAML with what a reader wants to know on top. */
export function formatCounterexample(found: Counterexample, context: FileContext): string {
  const { design, extended, set, commands } = context;
  const about = [
    `${design} breaks: ${found.about}`,
    `It is ${found.told}, over ${found.seeds.length} seeds.`,
    `What breaks it: ${found.difference}`,
    ...(found.neighbour === null ? [] : [`Nearest that passes: ${found.neighbour.difference}`]),
    '',
    ...commands,
  ];
  const content: Omit<CounterexampleFile, 'tested'> & { tested?: string } = {
    extends: extended,
    edits: { ...set, ...found.edits },
    property: found.property,
    design,
    ...(found.tested === LAYERED ? {} : { tested: found.tested }),
    seed: found.seeds[0],
    replications: found.seeds.length,
    version: VERSION,
    digest: found.digest,
    expect: 'fail',
  };
  return `${about.map((line) => `# ${line}`.trimEnd()).join('\n')}\n${stringify(content, { lineWidth: 0 })}`;
}

/** A file name that says what it is of, and is the same for the same edits. */
export function fileNameOf({ property, edits }: Counterexample, design: string): string {
  const slug = (text: string): string => text.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
  const hash = (hashName(keyOf(edits)) >>> 0).toString(16).padStart(8, '0');
  return `${slug(design)}-${slug(property)}-${hash}.yaml`;
}

/** Reads a file of the corpus. Throws `PropertyTestError`. */
export function parseCounterexample(text: string, file: string): CounterexampleFile {
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    throw new PropertyTestError(`${file} cannot be read: ${document.errors[0].message.split('\n')[0]}`);
  }
  const value: unknown = document.toJS();
  if (!isCounterexample(value)) {
    throw new PropertyTestError(`${file} is no counterexample: \`edits\` and \`property\` are expected`);
  }
  const textAt = (name: string): string => {
    const given = value[name];
    if (typeof given === 'string' || typeof given === 'number') return String(given);
    throw new PropertyTestError(`${file}: \`${name}\` is missing`);
  };
  const expect = textAt('expect');
  if (expect !== 'fail' && expect !== 'pass') {
    throw new PropertyTestError(`${file}: \`expect\` is fail or pass, not ${expect}`);
  }
  const replications = Number(textAt('replications'));
  if (!Number.isInteger(replications) || replications < 1) {
    throw new PropertyTestError(`${file}: \`replications\` is a whole number, not ${textAt('replications')}`);
  }
  return {
    extends: textAt('extends'),
    edits: value['edits'] as Edits,
    property: textAt('property'),
    design: textAt('design'),
    tested: value['tested'] === undefined ? LAYERED : textAt('tested'),
    seed: textAt('seed'),
    replications,
    version: textAt('version'),
    digest: textAt('digest'),
    expect,
  };
}

/** The same file with another expectation; comments and all else stay. */
export function withExpectation(text: string, expect: 'fail' | 'pass'): string {
  const document = parseDocument(text);
  if (!isMap(document.contents)) throw new PropertyTestError('a counterexample is a map');
  const pair = document.contents.items.find(({ key }) => isScalar(key) && key.value === 'expect');
  if (pair !== undefined && isScalar(pair.value)) pair.value.value = expect;
  return document.toString({ lineWidth: 0 });
}
