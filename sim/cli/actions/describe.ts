import { Registry } from '../../controllers/registry.ts';
import { findRule, RULES } from '../../index.ts';
import type { Rule } from '../../index.ts';
import { cardReport, namesakesReport } from '../../reports/card-report.ts';
import { findEntry, policyNames } from '../../reports/catalogue.ts';
import { ruleReport } from '../../reports/lint-report.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { Arguments } from '../options.ts';
import { present } from '../present.ts';

/** `overcontrol describe`: what a layer, a policy or a rule of `lint` is. */
export async function describe(args: Arguments): Promise<number> {
  const name = String(args['name']);
  const rule = findRule(name);
  if ('code' in rule) return describeRule(rule, args);
  const found = findEntry(new Registry(), name);
  if ('hint' in found) {
    const hint = RULE_CODE.test(name) ? rule.hint : (found.hint ?? rule.hint);
    const near = hint === undefined ? '' : `; did you mean \`${hint}\`?`;
    throw new UsageError(`There is no layer or policy \`${name}\`${near}\nSee \`overcontrol list\`.`);
  }
  const { entries } = found;
  present(
    {
      report: () => (entries.length === 1 ? cardReport(entries[0]) : namesakesReport(name, entries)),
      json: () => (entries.length === 1 ? entries[0] : entries),
    },
    args,
  );
  return EXIT.ok;
}

const RULE_CODE = /^OC\d/i;

function describeRule(rule: Rule, args: Arguments): number {
  const { check: _check, ...json } = rule;
  present({ report: () => ruleReport(rule), json: () => json }, args);
  return EXIT.ok;
}

/** Every name that can be described, for completion. */
export function describableNames(): string[] {
  const registry = new Registry();
  return [...registry.kinds.keys(), ...policyNames(registry), ...RULES.map(({ code }) => code)];
}
