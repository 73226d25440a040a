import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { layerNames } from '../../index.ts';
import type { Scenario } from '../../index.ts';
import {
  anyFault,
  anySetting,
  anyTopology,
  anyTraffic,
  around,
  design,
  expectationHolds,
  toggle,
  upTo,
} from '../../properties/index.ts';
import type { Quantity, TestResult, Variation } from '../../properties/index.ts';
import { huntReport, huntSuites } from '../../reports/hunt-report.ts';
import { EXIT, UsageError } from '../exit.ts';
import { pacing } from '../interrupt.ts';
import { load, settingsOf } from '../load.ts';
import type { Arguments } from '../options.ts';
import { isSet, repeatedOption, textOption } from '../options.ts';
import { addToStepSummary, note, present } from '../present.ts';
import { noteInterrupted, withInterrupt } from '../seeds.ts';

/** `overcontrol hunt`: what is the least that breaks a scenario's `expect` lines? */
export async function hunt(args: Arguments): Promise<number> {
  const { replications, seed, ...set } = settingsOf(args);
  const file = String(args['file']);
  const { scenario } = await load(file, { ...args, replications: undefined });
  if (scenario.expect.length === 0) {
    throw new UsageError(`${file} expects nothing: there is nothing to break. Add \`expect\` lines to it.`);
  }
  const corpus = textOption(args, 'corpus') ?? join(dirname(file), 'counterexamples');
  const test = design(scenario.name, file, { set })
    .vary(Object.fromEntries(variationsOf(scenario, args)))
    .always(...scenario.expect.map(expectationHolds));
  const options = {
    runs: wholeNumber('cases', args),
    seedsPerRun: wholeNumber('replications', { replications }),
    budget: textOption(args, 'for'),
    corpus,
    save: !isSet(args, 'no-save'),
    seed: seed === undefined ? undefined : String(seed),
  };
  const { result, interrupted } = await withInterrupt(async (interrupt, progress) => {
    const pause = pacing<{ share: number; doing: string }>(interrupt, ({ share, doing }) =>
      progress.update(share, doing),
    );
    return { result: await test.check(options, pause), interrupted: interrupt.wasHeard };
  });
  return show(result, interrupted, args);
}

function show(result: TestResult, interrupted: boolean, args: Arguments): number {
  const report = huntReport(result);
  const { report: _text, ...json } = result;
  present({ report: () => report, json: () => json, junit: () => huntSuites(result) }, args);
  addToStepSummary(report);
  for (const { file } of result.counterexamples) if (file !== null) note(`Saved: ${file}`);
  for (const file of result.fixed) note(`${file} holds now: from here on it guards.`);
  if (interrupted) return noteInterrupted(`${result.findings?.cases ?? 0} cases had been judged.`);
  return result.ok ? EXIT.ok : EXIT.failed;
}

function wholeNumber(name: string, args: Arguments): number {
  const written = textOption(args, name) ?? '';
  if (!/^[1-9]\d*$/.test(written)) {
    throw new UsageError(`--${name}: expected a whole number from 1 on, not \`${written}\``);
  }
  return Number(written);
}

/** How far traffic surges where nothing else is said. */
const SURGE = 3;

function variationsOf(scenario: Scenario, args: Arguments): [string, Variation][] {
  const given = repeatedOption(args, 'vary');
  const layers = layerNames(scenario.designs[0]);
  if (given.length > 0) return given.map((one) => [one, variationOf(one, layers)]);
  const settings: [string, Variation][] = layers.length === 0 ? [] : [['settings', anySetting()]];
  return [['faults', anyFault()], ['surge', upTo(SURGE)], ['topology', anyTopology()], ...settings];
}

function variationOf(written: string, layers: readonly string[]): Variation {
  const [name, value] = written.split(/=(.*)/s);
  if (value === undefined) {
    switch (name) {
      case 'faults':
        return anyFault();
      case 'surge':
        return upTo(SURGE);
      case 'settings':
        return anySetting();
      case 'traffic':
        return anyTraffic();
      case 'topology':
        return anyTopology();
      default:
        if (layers.includes(name)) return toggle(name);
    }
  }
  const ends = value?.split('..') ?? [];
  if (name === 'surge' && ends.length === 1) return upTo(Number(value));
  if (ends.length !== 2) {
    throw new UsageError(
      `--vary: expected path=low..high (such as breaker.window=1s..30s), faults, surge=3, settings, traffic, topology or a layer (${layers.join(', ')}), not \`${written}\``,
    );
  }
  const [low, high] = ends.map((end) => parse(end) as Quantity);
  return around(name, low, high);
}
