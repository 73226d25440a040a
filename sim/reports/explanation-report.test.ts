import { describe, expect, it } from 'vitest';
import { explanationReport } from './explanation-report.ts';
import { renderMarkdown } from './markdown.ts';
import { DESIGN, EXPLANATION, SAVED } from './testing/explanation.ts';
import { renderText } from './text.ts';

const told = (width: number, explanation = EXPLANATION): string =>
  renderText(explanationReport(explanation, DESIGN), { width, colour: false });

describe('the story of a request', () => {
  it('puts belief beside truth', async () => {
    await expect(told(120)).toMatchFileSnapshot('outputs/explanation.txt');
  });

  it('puts belief above truth where it is narrow', async () => {
    await expect(told(80)).toMatchFileSnapshot('outputs/explanation-80.txt');
  });

  it('is a table in Markdown', async () => {
    await expect(renderMarkdown(explanationReport(EXPLANATION, DESIGN))).toMatchFileSnapshot('outputs/explanation.md');
  });

  it('tells of a request that was saved', async () => {
    await expect(told(120, SAVED)).toMatchFileSnapshot('outputs/explanation-saved.txt');
  });

  it('colours verdicts for a terminal only', () => {
    const report = explanationReport(EXPLANATION, DESIGN);
    expect(renderText(report, { width: 120, colour: true })).toContain('\u001b[31mmisroute\u001b[39m');
    expect(renderText(report, { width: 120, colour: false })).not.toContain('\u001b');
  });
});

describe('the end of a story', () => {
  const { trace } = EXPLANATION;
  const ending = (outcome: string, result: string, origin: string, cause: string): string => {
    const last = { ...trace.events.at(-1)!, result, origin, cause, detail: outcome };
    return told(120, { ...EXPLANATION, trace: { ...trace, outcome, events: [...trace.events.slice(0, -1), last] } });
  };

  it.each([
    ['rejected', 'refused', 'breaker', 'circuitOpen', '`breaker` ended it after 509 ms with 503 (circuitOpen), 491 ms'],
    ['timedOut', 'timedOut', 'sidecar', 'perTryTimeout', '`sidecar` ended it after 509 ms with a timeout'],
    ['timedOut', 'cancelled', 'instance', 'hangUp', 'The client hung up after 509 ms.'],
    ['failed', 'error', 'instance', 'crashed', 'An instance ended it after 509 ms with an error (crashed).'],
    ['late', 'ok', 'instance', 'none', 'Its answer came after 509 ms, too late.'],
    ['wrong', 'ok', 'instance', 'none', 'It was answered after 509 ms, but wrongly.'],
    ['unfinished', 'error', 'instance', 'none', 'It had not ended when the run did.'],
  ])('of one that was %s (%s by %s) says why', (outcome, result, origin, cause, sentence) => {
    expect(ending(outcome, result, origin, cause)).toContain(sentence);
  });
});
