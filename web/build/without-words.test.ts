import { describe, expect, it } from 'vitest';
import { cutWords } from './without-words.ts';

describe('the page without the words of the documentation', () => {
  it('empties what describes a policy and its parameters', () => {
    const policy = "define({ name: 'p', about: 'Says.', sources: ['a', ...B], knownToGetWrong: [`c`], create: f });";
    expect(cutWords(policy)).toBe("define({ name: 'p', about: '', sources: [], knownToGetWrong: [], create: f });");
    const parameter = "integer({ about: 'Says.', default: 3, min: 1, source: 'Polly' });";
    expect(cutWords(parameter)).toBe("integer({ about: '', default: 3, min: 1, source: 'Polly' });");
  });

  it('drops descriptions of schemas, and keeps what is around them', () => {
    expect(cutWords("const a = z.object({ b }).describe('Says.').optional();")).toBe(
      'const a = z.object({ b }).optional();',
    );
    expect(cutWords('z.string().meta({ description: `Says ${x}.` });')).toBe("z.string().meta({ description: '' });");
  });

  it('leaves alone what the program computes, and its messages', () => {
    const code = [
      'const frame = { about: file.about.trim(), sources: spec.map(f) };',
      "context.addIssue({ message: 'expected a name', found: describe(value) });",
      'log.describe(world);',
    ].join('\n');
    expect(cutWords(code)).toBe(code);
  });

  it('empties cards and ideals', () => {
    expect(cutWords("kind({ card: { decides: 'x', fails: 'y' }, ideals: { leak: 'l' }, check });")).toBe(
      'kind({ card: {}, ideals: {}, check });',
    );
  });
});
