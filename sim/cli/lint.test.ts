import { describe, expect, it } from 'vitest';
import { overcontrolHere, testFile } from './testing/program.ts';

const STORY = 'scenarios/load-balancer-chaos.yaml';

describe('lint', () => {
  it('shows each warning with its place and code, and ends with 0', async () => {
    const { code, stdout } = await overcontrolHere(['lint', STORY]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/load-balancer-chaos\.yaml:\d+:\d+ +OC303 +`limiter` charges 2/);
    expect(stdout).toMatch(/balancer +panicThreshold = 50% +Envoy healthy_panic_threshold/);
  });

  it('ends with 1 if that is asked for, unless there is no warning', async () => {
    expect(await overcontrolHere(['lint', STORY, '--strict'])).toMatchObject({ code: 1 });
    const ignored = ['--ignore', 'OC102,OC110', '--ignore', 'lags-differ,OC303'];
    const { code, stdout } = await overcontrolHere(['lint', STORY, '--strict', '--no-notes', ...ignored]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^no warning in 1 scenario/);
    expect(stdout).not.toContain('panicThreshold');
  });

  it('says everything in JSON', async () => {
    const { stdout } = await overcontrolHere(['lint', STORY, '--json', '--design', 'propagated']);
    const [{ problems }] = JSON.parse(stdout) as [{ problems: { code: string; line: number; designs: string[] }[] }];
    expect(problems.map(({ code }) => code)).not.toContain('OC303');
    expect(problems.every(({ designs }) => designs.join() === 'propagated')).toBe(true);
  });

  it('is a suite a file and a case a rule for continuous integration', async () => {
    const { stdout } = await overcontrolHere(['lint', STORY, testFile('small.yaml'), '-o', 'junit']);
    expect(stdout.match(/<testsuite /g)).toHaveLength(2);
    expect(stdout).toMatch(/name="OC101 retries-multiply"\/>/);
    expect(stdout).toMatch(
      /name="OC303 .*">\n.*<failure message="scenarios\/load-balancer-chaos\.yaml:\d+:\d+: `limiter`/,
    );
  });

  it('knows its rules by name, and suggests the nearest', async () => {
    const { code, stderr } = await overcontrolHere(['lint', STORY, '--ignore', 'OC31']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^--ignore: there is no rule `OC31`; did you mean `OC\d+`\?/);
  });

  it('says of files that cannot be read what is wrong with them', async () => {
    const { code, stdout, stderr } = await overcontrolHere(['lint', testFile('wrong.yaml'), STORY]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/wrong\.yaml:2:11: duration/);
  });

  it('has its rules described', async () => {
    const { code, stdout } = await overcontrolHere(['describe', 'OC101']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^OC101 retries-multiply\n/);
  });
});
