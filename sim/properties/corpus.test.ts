import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { overcontrolHere } from '../cli/testing/program.ts';
import { amplification, around, design, PropertyFailure } from './index.ts';
import type { DesignTest, TestOptions } from './index.ts';
import { THREE_RETRIES } from './testing/planted.ts';

let folder = '';
let corpus = '';
let scenario = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'overcontrol-'));
  corpus = join(folder, 'counterexamples');
  scenario = join(folder, 'three-retries.yaml');
  writeFileSync(scenario, SCENARIO);
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Six in ten dispatches fail: two tries make 1.6 dispatches of a call, three 1.96. */
const SCENARIO = THREE_RETRIES.text.replace('errorRate: 100%', 'errorRate: 60%');

/** Breaks as soon as the client tries three times. */
function clientTest(limit = 1.7): DesignTest {
  return design('three retries', scenario)
    .vary({ client: around('client.tries', 1, 4) })
    .always(amplification({ atMost: limit }));
}

const OPTIONS: TestOptions = { runs: 12, seedsPerRun: 3 };

/** Finds the counterexample, and returns its file. */
async function findIt(): Promise<string> {
  const { counterexamples } = await clientTest().check({ ...OPTIONS, corpus });
  return counterexamples[0].file!;
}

describe('the corpus', () => {
  it('gets a file that says what breaks, and how to see it', async () => {
    const text = readFileSync(await findIt(), 'utf8');
    expect(text).toContain('extends: ../three-retries.yaml\nedits:\n  client.tries: 3\nproperty: amplification\n');
    expect(text).toMatch(/^seed: "1"\nreplications: 3\nversion: \d+\.\d+\.\d+\ndigest: [0-9a-f]{16}\nexpect: fail$/m);
    expect(text).toMatch(/^# Replay: npx overcontrol replay .*\.yaml$/m);
    expect(text).toMatch(/^# View: npx overcontrol explain .*\.yaml --seed \S+ --request \d+$/m);
    expect(text).toMatch(/^# Open in the browser: npx overcontrol web .*\.yaml$/m);
    expect(text).toContain('# Nearest that passes: client.tries 1 -> 2');
  });

  it('holds scenarios: the commands in a file replay it to the same digest, and show it', async () => {
    const file = await findIt();
    const text = readFileSync(file, 'utf8');
    const digest = /^digest: (\S+)$/m.exec(text)![1];
    const replayed = await overcontrolHere(['replay', file, '--json']);
    expect([replayed.code, JSON.parse(replayed.stdout)]).toMatchObject([
      0,
      { saved: digest, replayed: digest, same: true },
    ]);
    const view = /^# View: npx overcontrol (\S+) \S+ (.*)$/m.exec(text)!;
    const viewed = await overcontrolHere([view[1], file, ...view[2].split(' ')]);
    expect([viewed.code, viewed.stdout]).toEqual([0, expect.stringContaining('tries again')]);
    const run = await overcontrolHere(['run', file, '--json', '--no-references']);
    expect(JSON.parse(run.stdout)).toMatchObject({ digest });
  });

  it('comes first: what is known to be broken fails at once, without a search', async () => {
    const file = await findIt();
    const again = await clientTest().check({ ...OPTIONS, corpus });
    expect(again).toMatchObject({ ok: false, findings: null, counterexamples: [] });
    expect(again.corpus).toMatchObject([{ file, expect: 'fail', holds: false, difference: 'client.tries 1 -> 3' }]);
    expect(again.report).toContain('three retries still breaks: amplification');
    await expect(clientTest().test({ ...OPTIONS, corpus })).rejects.toThrow(PropertyFailure);
  });

  it('guards what is fixed: the file flips to pass, and fails if it breaks again', async () => {
    const file = await findIt();
    const before = readFileSync(file, 'utf8');
    writeFileSync(scenario, SCENARIO.replace('errorRate: 60%', 'errorRate: 10%'));
    const fixed = await clientTest().check({ ...OPTIONS, corpus });
    expect(fixed).toMatchObject({ ok: true, fixed: [file] });
    expect(readFileSync(file, 'utf8')).toBe(before.replace('expect: fail', 'expect: pass'));
    writeFileSync(scenario, SCENARIO);
    const broken = await clientTest().check({ ...OPTIONS, corpus });
    expect(broken).toMatchObject({ ok: false, corpus: [{ expect: 'pass', holds: false }] });
    expect(broken.report).toContain('three retries breaks again');
  });

  it('is not written to where nothing is to be saved', async () => {
    const { counterexamples } = await clientTest().check({ ...OPTIONS, corpus, save: false });
    expect(counterexamples).toMatchObject([{ file: null, edits: { 'client.tries': 3 } }]);
    expect(readdirSync(folder)).toEqual(['three-retries.yaml']);
  });

  it('leaves other tests alone, and says which files nobody judges any more', async () => {
    const file = await findIt();
    const other = await design('another test', scenario)
      .vary({ client: around('client.tries', 1, 2) })
      .always(amplification({ atMost: 3 }))
      .check({ ...OPTIONS, corpus });
    expect(other).toMatchObject({ ok: true, corpus: [], unjudged: [] });
    const renamed = await design('three retries', scenario)
      .always(() => true)
      .check({ ...OPTIONS, corpus });
    expect(renamed).toMatchObject({ ok: true, corpus: [], unjudged: [file] });
  });
});

describe('a corpus that is out of date', () => {
  async function complaintOf(change: (text: string) => string, scenarioText = SCENARIO): Promise<string> {
    rmSync(corpus, { recursive: true, force: true });
    writeFileSync(scenario, SCENARIO);
    const file = await findIt();
    const changed = change(readFileSync(file, 'utf8'));
    writeFileSync(file, changed);
    writeFileSync(scenario, scenarioText);
    const message = await clientTest()
      .check({ ...OPTIONS, corpus })
      .then(
        () => 'nothing',
        (error: Error) => `${error.name}: ${error.message}`,
      );
    expect(readFileSync(file, 'utf8')).toBe(changed);
    return message.replaceAll(folder, '');
  }

  it('names the file that no longer parses', async () => {
    expect(await complaintOf((text) => text.replace('edits:', 'edits: ['))).toMatch(
      /^PropertyTestError: \/counterexamples\/three-retries-amplification-\w+\.yaml cannot be read: /,
    );
  });

  it('names the file and line of a layer that is gone', async () => {
    const gone = SCENARIO.replace('name: client', 'name: clint');
    expect(await complaintOf((text) => text, gone)).toMatch(
      /no longer fits its scenario\. .*\n.*\.yaml:11:\d+: client\.tries: unknown layer `client`; did you mean `clint`\?/,
    );
  });

  it('names what is missing, or is not what it should be', async () => {
    expect(await complaintOf((text) => text.replace(/^seed:.*\n/m, ''))).toContain('`seed` is missing');
    expect(await complaintOf((text) => text.replace('expect: fail', 'expect: maybe'))).toContain(
      '`expect` is fail or pass, not maybe',
    );
  });
});
