import { join, relative } from 'node:path';
import { NOT_HELD, selectCases, validate } from '../../index.ts';
import type { FigureResult, ValidationCase } from '../../index.ts';
import { loaderOf, PoolExecutor, readLibrary } from '../../node.ts';
import {
  sentenceOf,
  summaryOf,
  validationCsv,
  validationJson,
  validationReport,
  validationSuites,
} from '../../reports/validation-report.ts';
import { nearest } from '../../units/nearest.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { Arguments } from '../options.ts';
import { isSet, repeatedOption } from '../options.ts';
import { packageRoot } from '../package-root.ts';
import { addToStepSummary, note, present } from '../present.ts';
import { noteInterrupted, withInterrupt } from '../seeds.ts';

/** `overcontrol validate`: whether the simulator behaves as theory and published results say. */
export async function validateLibrary(args: Arguments): Promise<number> {
  const folder = relative(process.cwd(), join(packageRoot(), 'scenarios', 'validation'));
  const cases = chosenCases(readLibrary(folder), args);
  const started = performance.now();
  const { results, interrupted, cores } = await run(cases, folder, isSet(args, 'verbose'));
  const took = performance.now() - started;
  if (results.length > 0) {
    // Where cases were chosen, what the others leave out is not the question.
    const notHeld = repeatedOption(args, 'case').length === 0 ? NOT_HELD : [];
    const report = validationReport(results, notHeld);
    present(
      {
        report: () => report,
        json: () => validationJson(results, notHeld),
        csv: () => validationCsv(results),
        junit: () => validationSuites(results),
      },
      isSet(args, 'markdown') ? { ...args, output: 'markdown' } : args,
    );
    addToStepSummary(report);
    note(summaryOf(results, took, cores));
  }
  if (interrupted) return noteInterrupted('the cases that were not finished are left out.');
  return results.every(({ verdict }) => verdict === 'ok') ? EXIT.ok : EXIT.failed;
}

function chosenCases(library: readonly ValidationCase[], args: Arguments): ValidationCase[] {
  const filters = repeatedOption(args, 'case');
  const short = isSet(args, 'short');
  for (const filter of filters) {
    if (selectCases(library, [filter], short).length > 0) continue;
    if (short && selectCases(library, [filter], false).length > 0) {
      throw new UsageError(`No quick case's name contains \`${filter}\`: leave --short out.`);
    }
    const families = [...new Set(library.map(({ name }) => name.split('/')[0]))];
    const near = nearest(filter, [...families, ...library.map(({ name }) => name)]);
    const hint = near === undefined ? `; there are ${families.join(', ')}` : `; did you mean \`${near}\`?`;
    throw new UsageError(`No case's name contains \`${filter}\`${hint}`);
  }
  return selectCases(library, filters, short);
}

async function run(
  cases: readonly ValidationCase[],
  folder: string,
  verbose: boolean,
): Promise<{ results: FigureResult[]; interrupted: boolean; cores: number }> {
  return withInterrupt(async (interrupt, progress) => {
    const observer = new PoolExecutor();
    const cores = observer.width;
    const finished: FigureResult[] = [];
    if (verbose) note(`${cases.length} cases on ${observer.width} cores`);
    const all = validate(cases, {
      load: loaderOf(folder),
      observer,
      signal: interrupt.signal,
      onProgress: (done, every) => progress.update(done / every, `${done} of ${every} replications done`),
      onCase: ({ name }, results) => {
        finished.push(...results);
        const off = results.filter(({ verdict }) => verdict !== 'ok');
        if (!verbose && off.length === 0) return;
        progress.clear();
        if (off.length === 0) note(`${name}: ok`);
        for (const result of off) note(sentenceOf(result));
      },
    });
    try {
      await Promise.race([all, interrupt.arrival()]);
      if (!interrupt.wasHeard) return { results: await all, interrupted: false, cores };
      // What is still under way ends with its worker; nobody waits for it.
      all.catch(() => undefined);
      return { results: finished, interrupted: true, cores };
    } finally {
      await observer.close();
    }
  });
}
