import type { LintProblem } from '../scenario/lint/lint.ts';
import type { Rule } from '../scenario/lint/rule.ts';
import { LAYERED } from '../scenario/scenario.ts';
import type { renderCsv } from './csv.ts';
import type { JUnitCase, JUnitSuite } from './junit.ts';
import { plural } from './numbers.ts';
import type { Block, Cell, Report } from './report.ts';
import { heading, paragraph, table } from './report.ts';

/** What the rules have against one file. */
export interface LintedFile {
  readonly file: string;
  readonly scenario: string;
  readonly problems: readonly LintProblem[];
}

/** Every warning at its place, and the settings that nobody has written. */
export function lintReport(files: readonly LintedFile[]): Report {
  const warnings = files.flatMap(({ problems }) => problems.filter(isWarning));
  const told = warnings.length === 0 ? 'no warning' : plural(warnings.length, 'warning');
  return {
    title: `${told} in ${plural(files.length, 'scenario')}`,
    blocks: [
      ...files.flatMap(fileBlocks),
      ...(warnings.length === 0 ? [] : [paragraph('`overcontrol describe CODE` says why, and what to do.', 'quiet')]),
    ],
  };
}

function isWarning({ severity }: LintProblem): boolean {
  return severity === 'warning';
}

function fileBlocks({ file, scenario, problems }: LintedFile): Block[] {
  const warnings = problems.filter(isWarning);
  return [
    heading(`${scenario} (${file})`),
    warnings.length === 0 ? paragraph('Nothing to warn of.', 'good') : warningTable(warnings),
    ...settingBlocks(problems.filter(({ setting }) => setting !== undefined)),
  ];
}

function warningTable(warnings: readonly LintProblem[]): Block {
  const rows = warnings.map((problem): Cell[] => [
    placeOf(problem),
    { text: problem.code, tone: 'bad' },
    `${problem.message}${designsOf(problem)}`,
  ]);
  return table([{ head: 'place' }, { head: 'code' }, { head: 'warning' }], rows);
}

/** As compilers write it. */
function placeOf({ file, line, column, path }: LintProblem): string {
  return line > 0 ? `${file}:${line}:${column}` : `${file} ${path}`;
}

/** Where it is not so in the stack as written. */
function designsOf({ designs }: LintProblem): string {
  return designs.includes(LAYERED) ? '' : ` (in ${designs.map((design) => `\`${design}\``).join(', ')})`;
}

/** A row for each layer would be too long, and one for each setting too many: a row for each source of a layer. */
function settingBlocks(notes: readonly LintProblem[]): Block[] {
  if (notes.length === 0) return [];
  const rows = new Map<string, { layer: string; line: number; source: string; settings: string[] }>();
  for (const { layers, setting, line } of notes) {
    const { name, value, source } = setting!;
    const key = `${layers[0]} ${source}`;
    const row = rows.get(key) ?? { layer: layers[0], line, source, settings: [] };
    row.settings.push(`${name} = ${value}`);
    rows.set(key, row);
  }
  const cells = [...rows.values()].map(({ layer, line, source, settings }): Cell[] => [
    line > 0 ? String(line) : '',
    layer,
    [...new Set(settings)].join(', '),
    { text: source, tone: 'quiet' },
  ]);
  return [
    paragraph(`Settings that nobody has written, and that the designs rely on (${notes[0].code}):`),
    table([{ head: 'line', align: 'right' }, { head: 'layer' }, { head: 'default' }, { head: 'source' }], cells),
  ];
}

/** A suite a file, a case a rule; a rule that warns has a case for each place. */
export function lintSuites(files: readonly LintedFile[], rules: readonly Rule[]): JUnitSuite[] {
  const judging = rules.filter(({ severity }) => severity === 'warning');
  return files.map(({ file, problems }) => ({
    name: file,
    cases: judging.flatMap(({ code, name }): JUnitCase[] => {
      const found = problems.filter((problem) => problem.code === code);
      if (found.length === 0) return [{ name: `${code} ${name}` }];
      return found.map((problem) => ({
        name: `${code} ${name} ${placeOf(problem)}`,
        failure: `${placeOf(problem)}: ${problem.message}`,
      }));
    }),
  }));
}

export function lintCsv(files: readonly LintedFile[]): Parameters<typeof renderCsv>[0] {
  const rows = files.flatMap(({ problems }) =>
    problems.map(({ file, line, column, code, rule, severity, layers, designs, message }) => [
      file,
      line,
      column,
      code,
      rule,
      severity,
      layers.join(' '),
      designs.join(' '),
      message,
    ]),
  );
  return [['file', 'line', 'column', 'code', 'rule', 'severity', 'layers', 'designs', 'message'], ...rows];
}

/** A rule as documentation. */
export function ruleReport({ code, name, severity, about, why, fix, sources }: Rule): Report {
  return {
    title: `${code} ${name}`,
    blocks: [
      paragraph(`${about} (A ${severity} of \`lint\`.)`),
      heading('Why it matters'),
      paragraph(why),
      heading('What to do'),
      paragraph(fix),
      heading('Sources'),
      { kind: 'list', items: sources },
    ],
  };
}
