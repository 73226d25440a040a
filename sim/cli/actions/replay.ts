import { readFileSync, statSync } from 'node:fs';
import { makeRunFile, parseRunFile, replayInSteps, RunFileError, takeWithPauses, VERSION } from '../../index.ts';
import type { RunFile } from '../../index.ts';
import { loadRegistry } from '../../node.ts';
import { parseCounterexample } from '../../properties/counterexample-file.ts';
import type { Report } from '../../reports/report.ts';
import { paragraph, table } from '../../reports/report.ts';
import { EXIT, UsageError } from '../exit.ts';
import { pacing } from '../interrupt.ts';
import { designNamed, load } from '../load.ts';
import type { Arguments } from '../options.ts';
import { present } from '../present.ts';
import { noteInterrupted, withInterrupt } from '../seeds.ts';

/** Larger run files are refused unread. */
const MAX_RUN_FILE_BYTES = 1 << 25;

/** `overcontrol replay`: whether a saved run still comes out the same. */
export async function replay(args: Arguments): Promise<number> {
  const name = String(args['file']);
  const file = /\.ya?ml$/.test(name) ? await runOfCounterexample(name) : parseRunFile(readRunFile(name), name);
  const registry = await loadRegistry(file.plugins);
  const replayed = await withInterrupt((interrupt, progress) =>
    takeWithPauses(
      replayInSteps(file, registry),
      pacing(interrupt, (share) => progress.update(share, 'running it again')),
    ),
  );
  if (replayed === undefined) return noteInterrupted('the run had not come to its end.');
  const same = replayed === file.digest;
  const { scenario, design, seed, digest } = file;
  const json = { scenario, design: design.name, seed, saved: digest, replayed, same };
  present({ report: () => replayReport(file, replayed), json: () => json }, args);
  return same ? EXIT.ok : EXIT.failed;
}

/** The run that a counterexample speaks of. */
async function runOfCounterexample(name: string): Promise<RunFile> {
  const { tested, seed, digest, version } = parseCounterexample(readRunFile(name), name);
  if (version !== VERSION) {
    throw new RunFileError(
      `${name} was saved by version ${version}, and this is ${VERSION}: the engine may have changed, so its digest says nothing`,
    );
  }
  const { scenario } = await load(name, {});
  return makeRunFile(scenario, designNamed(scenario, tested), seed, digest);
}

function readRunFile(name: string): string {
  try {
    const { size } = statSync(name);
    if (size > MAX_RUN_FILE_BYTES) {
      throw new UsageError(`${name}: the file has ${size} bytes; at most ${MAX_RUN_FILE_BYTES} are read`);
    }
    return readFileSync(name, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'this is a folder' : message;
    throw new UsageError(`${name}: ${why}`);
  }
}

function replayReport({ scenario, design, seed, digest }: RunFile, replayed: string): Report {
  const same = replayed === digest;
  return {
    title: `${scenario}: design ${design.name}, seed ${seed}, run again`,
    blocks: [
      table(
        [{ head: 'run' }, { head: 'digest' }],
        [
          ['saved', digest],
          ['replayed', { text: replayed, tone: same ? 'good' : 'bad' }],
        ],
      ),
      paragraph(
        same
          ? 'They are the same: every request ended as before, at the same moment.'
          : 'They DIFFER: this is not the same run any more.',
        'strong',
      ),
    ],
  };
}
