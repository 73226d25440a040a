import type { LintCase } from './lint-case.ts';

/** By the code of a rule: scenarios in which it finds something, and others that are nearly so. */
export type RuleCases = Readonly<
  Record<
    string,
    { readonly finds: Readonly<Record<string, LintCase>>; readonly passes: Readonly<Record<string, LintCase>> }
  >
>;
