import { describe, expect, it } from 'vitest';
import { overcontrolHere, testFile } from './testing/program.ts';

const SMALL = ['explain', testFile('small.yaml')];

describe('explain', () => {
  it('writes a trace that Perfetto opens', async () => {
    const { code, stdout, stderr } = await overcontrolHere([...SMALL, '--worst', 'latency', '-o', 'chrome-trace']);
    expect([code, stderr]).toEqual([0, '']);
    const { traceEvents, otherData } = JSON.parse(stdout) as {
      traceEvents: { ph: string; name: string }[];
      otherData: Record<string, string>;
    };
    expect(otherData).toMatchObject({ scenario: 'small', design: 'layered', seed: '7' });
    expect(traceEvents.filter(({ ph }) => ph === 'X').map(({ name }) => name)).toContain('users > api');
  });

  it('writes a trace that Jaeger opens, of the same request as the table', async () => {
    const { code, stdout } = await overcontrolHere([...SMALL, '--request', '376', '-o', 'otlp']);
    expect(code).toBe(0);
    const { resourceSpans } = JSON.parse(stdout) as {
      resourceSpans: { scopeSpans: { spans: { name: string; status: { message?: string } }[] }[] }[];
    };
    const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((one) => one.spans));
    expect(spans[0]).toMatchObject({ name: 'users > api', status: { message: 'rejected' } });
    expect(spans.filter(({ name }) => name === 'fuse').map(({ status }) => status.message)).toEqual([
      'circuitOpen',
      'circuitOpen',
    ]);
  });

  it('says of the worst what it says of that request by its number', async () => {
    const worst = await overcontrolHere([...SMALL, '--worst', 'dispatches', '--json']);
    const { trace } = JSON.parse(worst.stdout) as { trace: { request: number } };
    const byNumber = await overcontrolHere([...SMALL, '--request', String(trace.request), '--json']);
    expect(byNumber.stdout).toBe(worst.stdout);
  });

  it.each([
    [['--worst', 'latancy'], /^--worst: expected one of latency, dispatches, not `latancy`; did you mean `latency`\?/],
    [['--worst', 'latency', '--first', 'late'], /^Give either --first or --worst, not both/],
  ])('with %s ends with 2 and a clear line', async (more, says) => {
    const { code, stdout, stderr } = await overcontrolHere([...SMALL, ...more]);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(says)]);
  });
});
