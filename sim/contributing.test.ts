import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from './testing/documents.ts';
import { ProjectCopy } from './testing/guide.ts';

/** The guide for contributors, carried out in a copy of the project. */

const POLICIES = 'sim/controllers/rate-limiter/policies';
const LONG_MS = 600_000;

let copy: ProjectCopy;
let touched: string[];
beforeAll(() => {
  copy = new ProjectCopy();
  touched = copy.follow(textOf('CONTRIBUTING.md'));
}, LONG_MS);
afterAll(() => {
  copy.remove();
});

describe('the policy of the guide', { timeout: LONG_MS }, () => {
  it('takes two new files and lines in two others', () => {
    const [policy, index, conformance, test, scenario] = touched;
    expect([policy, test]).toEqual([`${POLICIES}/minimum-gap.ts`, `${POLICIES}/minimum-gap.test.ts`]);
    expect([index, conformance]).toEqual([`${POLICIES}/index.ts`, `${POLICIES}/index.test.ts`]);
    expect(scenario).toBe('gap.yaml');
  });

  it('compiles', () => {
    const files = touched.filter((path) => path.endsWith('.ts'));
    const config = { extends: './tsconfig.json', compilerOptions: { types: ['node'] }, include: [], files };
    writeFileSync(join(copy.root, 'tsconfig.guide.json'), JSON.stringify(config));
    expect(copy.run('tsc', ['-p', 'tsconfig.guide.json'])).toEqual({ status: 0, output: '' });
  });

  it('passes its own test and those that every limiter has', () => {
    const { status, output } = copy.run('vitest', [
      'run',
      `${POLICIES}/minimum-gap.test.ts`,
      `${POLICIES}/index.test.ts`,
    ]);
    expect(status, output).toBe(0);
    expect(output).toMatch(/minimum-gap\.test\.ts/);
  });

  it('is in the schema once that is written anew', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const [program, ...args] = scripts['schema'].split(' ');
    expect(program).toBe('vitest');
    expect(copy.run('vitest', args).status).toBe(0);
    expect(readFileSync(join(copy.root, 'sim/scenario/scenario.schema.json'), 'utf8')).toMatch(/"minimumGap"/);
  });

  it('is described', () => {
    const { status, output } = copy.run('tsx', ['sim/cli/main.ts', 'describe', 'minimumGap']);
    expect(status, output).toBe(0);
    expect(output).toMatch(/gap +duration, at least 1us +100ms +Least time between two that pass/);
  });

  it('lets through in its scenario what it should', () => {
    const { status, output } = copy.run('tsx', ['sim/cli/main.ts', 'run', 'gap.yaml', '--json']);
    expect(status, output).toBe(0);
    const run = JSON.parse(output) as { readonly offered: number; readonly rejectedBy: Record<string, number> };
    expect(run.offered).toBeGreaterThan(900);
    expect(run.rejectedBy['gate']).toBe(Math.floor(run.offered / 2));
  });
});
