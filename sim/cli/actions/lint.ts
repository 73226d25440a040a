import { findRule, lintScenario, RULES, ScenarioError } from '../../index.ts';
import type { Problem, Rule } from '../../index.ts';
import { lintCsv, lintReport, lintSuites } from '../../reports/lint-report.ts';
import type { LintedFile } from '../../reports/lint-report.ts';
import { EXIT, UsageError } from '../exit.ts';
import { designNamed, load } from '../load.ts';
import type { Arguments } from '../options.ts';
import { isSet, listOption, repeatedOption } from '../options.ts';
import { addToStepSummary, present } from '../present.ts';

/** `overcontrol lint`: what is wrong with designs, by what is written. */
export async function lint(args: Arguments): Promise<number> {
  const rules = chosenRules(args);
  const files = await lintAll(args['file'] as string[], rules, args);
  const report = lintReport(files);
  present(
    { report: () => report, json: () => files, csv: () => lintCsv(files), junit: () => lintSuites(files, rules) },
    args,
  );
  addToStepSummary(report);
  const warned = files.some(({ problems }) => problems.some(({ severity }) => severity === 'warning'));
  return warned && isSet(args, 'strict') ? EXIT.failed : EXIT.ok;
}

function chosenRules(args: Arguments): Rule[] {
  const ignored = (listOption(args, 'ignore') ?? []).map((name) => {
    const rule = findRule(name);
    if ('code' in rule) return rule.code;
    const near = rule.hint === undefined ? '' : `; did you mean \`${rule.hint}\`?`;
    throw new UsageError(`--ignore: there is no rule \`${name}\`${near}`);
  });
  return RULES.filter(({ code, severity }) => {
    return !ignored.includes(code) && (severity === 'warning' || !isSet(args, 'no-notes'));
  });
}

/** What cannot be read in any of the files is said of all of them at once. */
async function lintAll(files: readonly string[], rules: readonly Rule[], args: Arguments): Promise<LintedFile[]> {
  const linted: LintedFile[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    try {
      linted.push(await lintFile(file, rules, args));
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new ScenarioError(problems);
  return linted;
}

async function lintFile(file: string, rules: readonly Rule[], args: Arguments): Promise<LintedFile> {
  const { scenario, registry, source } = await load(file, args);
  const asked = repeatedOption(args, 'design').map((name) => designNamed(scenario, name).name);
  const { text, readBase, readData, set } = source;
  const designs = asked.length === 0 ? {} : { designs: asked };
  const problems = lintScenario(text, file, { registry, readBase, readData, set, rules, ...designs });
  return { file, scenario: scenario.name, problems };
}
