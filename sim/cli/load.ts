import { parse } from 'yaml';
import { findDesign, layerNames, reduceDesign, ScenarioError } from '../index.ts';
import type { DesignSpec, Problem, Registry, Scenario } from '../index.ts';
import { openScenario } from '../node.ts';
import type { LoadedScenario, OpenScenario } from '../node.ts';
import { nearest } from '../units/nearest.ts';
import { UsageError } from './exit.ts';
import type { Arguments } from './options.ts';
import { listOption, repeatedOption, textOption } from './options.ts';

/** Options that set a member of the scenario of the same name. */
const SETTING_OPTIONS = ['seed', 'replications', 'duration', 'warmup'] as const;

/** Reads a scenario file with what the command line sets in it. */
export async function load(file: string, args: Arguments): Promise<LoadedScenario> {
  return (await open(file, args)).with({});
}

/** Reads a scenario file once, for many settings over what the command line sets in it. */
export async function open(file: string, args: Arguments): Promise<OpenScenario> {
  const opened = await openScenario(file);
  const settings = settingsOf(args);
  return {
    with(varied) {
      try {
        return opened.with({ ...settings, ...varied });
      } catch (error) {
        if (!(error instanceof ScenarioError)) throw error;
        const paths = Object.keys(varied);
        throw new ScenarioError(error.problems.map((problem) => atItsParameter(atItsOption(problem, args), paths)));
      }
    },
  };
}

/** What `--param` varies is wrong at `--param`. */
function atItsParameter(problem: Problem, paths: readonly string[]): Problem {
  const at = problem.path.replace(/\[(\d+)\]/g, '.$1');
  const isVaried = paths.some((path) => at === path || path.startsWith(`${at}.`) || at.startsWith(`${path}.`));
  return problem.file === '--set' && isVaried ? { ...problem, file: '--param' } : problem;
}

/** What the command line sets in a scenario, by path. */
export function settingsOf(args: Arguments): Record<string, unknown> {
  const settings = new Map<string, unknown>();
  for (const written of repeatedOption(args, 'set')) {
    const equals = written.indexOf('=');
    if (equals <= 0)
      throw new UsageError(`--set: expected path=value, such as breaker.waitOpen=5s, not \`${written}\``);
    const path = written.slice(0, equals);
    settings.set(path, scalar(written.slice(equals + 1), `--set ${path}`));
  }
  for (const name of SETTING_OPTIONS) {
    const written = textOption(args, name);
    if (written !== undefined) settings.set(name, name === 'replications' ? scalar(written, `--${name}`) : written);
  }
  return Object.fromEntries(settings);
}

/** A value as YAML reads it: `5`, `true`, `5s`, `[a, b]`. */
function scalar(text: string, option: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new UsageError(`${option}: ${(error as Error).message.split('\n')[0]}`);
  }
}

/** What `--duration` sets is wrong at `--duration`. */
function atItsOption(problem: Problem, args: Arguments): Problem {
  const name = SETTING_OPTIONS.find((option) => option === problem.path);
  if (problem.line > 0 || name === undefined || textOption(args, name) === undefined) return problem;
  return { ...problem, file: `--${name}`, path: '' };
}

/** A design of the scenario by its name. */
export function designNamed(scenario: Scenario, name: string): DesignSpec {
  const design = findDesign(scenario, name);
  if (design !== undefined) return design;
  const names = ['bare', ...scenario.designs.map((one) => one.name)];
  const near = nearest(name, names);
  const hint = near === undefined ? `; there are ${names.join(', ')}` : `; did you mean \`${near}\`?`;
  throw new UsageError(`--design: ${scenario.file} has no design \`${name}\`${hint}`);
}

/** The design that `--design`, `--without` and `--only` name. */
export function chosenDesign(scenario: Scenario, registry: Registry, args: Arguments): DesignSpec {
  const design = designNamed(scenario, textOption(args, 'design') ?? 'layered');
  const without = listOption(args, 'without');
  const only = listOption(args, 'only');
  if (without !== undefined && only !== undefined) throw new UsageError('Give either --without or --only, not both.');
  if (without !== undefined) return reduceDesign(design, { without }, registry);
  return only === undefined ? design : reduceDesign(design, { only }, registry);
}

/** What a design is made of, for a note. */
export function stackOf(design: DesignSpec): string {
  return layerNames(design).join(' > ') || 'no layer';
}
