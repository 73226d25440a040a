import type { ExpectationResult } from '../experiments/run.ts';
import type { JUnitSuite } from './junit.ts';
import { expectationTable, failureOf } from './expectations.ts';
import { plural } from './numbers.ts';
import type { Block, Report } from './report.ts';
import { heading, paragraph } from './report.ts';

/** What came of one file's expectations. */
export interface CheckedFile {
  readonly file: string;
  readonly scenario: string;
  readonly seeds: readonly string[];
  readonly expect: readonly ExpectationResult[];
  readonly notes: readonly string[];
}

/** Every expectation of every file, with what is really so. */
export function checkReport(files: readonly CheckedFile[]): Report {
  const all = files.flatMap(({ expect }) => expect);
  const failed = all.filter(({ ok }) => !ok);
  const told = failed.length === 0 ? 'all hold' : `${failed.length} of them ${failed.length === 1 ? 'fails' : 'fail'}`;
  return {
    title: `${plural(all.length, 'expectation')} in ${plural(files.length, 'scenario')}: ${told}`,
    blocks: files.flatMap(fileBlocks),
  };
}

function fileBlocks({ file, scenario, seeds, expect, notes }: CheckedFile): Block[] {
  return [
    heading(`${scenario} (${file}, ${plural(seeds.length, 'seed')})`),
    expect.length === 0 ? paragraph('It expects nothing: there was nothing to judge.') : expectationTable(expect),
    ...notes.map((note) => paragraph(`Note: ${note}`)),
  ];
}

/** A suite a file, a case an expectation. */
export function checkSuites(files: readonly CheckedFile[]): JUnitSuite[] {
  return files.map(({ file, expect }) => ({
    name: file,
    cases: expect.map((result) => ({
      name: `${result.design}: ${result.that}`,
      ...(result.ok ? {} : { failure: failureOf(result) }),
    })),
  }));
}
