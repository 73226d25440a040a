import { describe, expect, it } from 'vitest';
import { overcontrol, overcontrolHere } from './testing/program.ts';

const QUICK = 'retry-layers/1-layers-of-2-retries-at-1';

describe('overcontrol validate', () => {
  it('prints case, source, expected, measured and verdict of the cases that are named', async () => {
    const { code, stdout, stderr } = await overcontrolHere(['validate', QUICK]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^1 case, 2 figures: 2 ok, 0 off, 0 vague; \d+ s on \d+ cores?\n$/);
    expect(stdout).toContain('2 figures of 1 case: all agree');
    for (const head of ['case', 'source', 'expected', 'measured', 'verdict']) expect(stdout).toContain(head);
  });

  it('writes JSON with the command that runs each point alone, which comes to the same', async () => {
    const { code, stdout } = await overcontrolHere(['validate', QUICK, '--json']);
    expect(code).toBe(0);
    const { ok, figures } = JSON.parse(stdout) as {
      ok: boolean;
      figures: { figure: string; measured: { mean: number }; runs: string[] }[];
    };
    expect(ok).toBe(true);
    const [command] = figures[0].runs;
    const args = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain).slice(1);
    const alone = await overcontrol([...args, '--no-references', '--no-verdicts', '--json']);
    expect(JSON.parse(alone.stdout)).toMatchObject({ amplification: figures[0].measured.mean });
  });

  it('writes Markdown', async () => {
    const { stdout } = await overcontrolHere(['validate', QUICK, '--markdown']);
    expect(stdout).toContain(`| ${QUICK} |`);
  });

  it('suggests the nearest name of a case that there is not', async () => {
    expect(await overcontrolHere(['validate', 'retry-layer-s'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: "No case's name contains `retry-layer-s`; did you mean `retry-layers`?\n",
    });
  });

  it('says of a case that takes long that it is not in the short form', async () => {
    const { code, stderr } = await overcontrolHere(['validate', 'thread-exhaustion', '--short']);
    expect([code, stderr]).toEqual([2, "No quick case's name contains `thread-exhaustion`: leave --short out.\n"]);
  });
});
