import { Registry } from '../../controllers/registry.ts';
import { cardReport, namesakesReport } from '../../reports/card-report.ts';
import { findEntry, policyNames } from '../../reports/catalogue.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { Arguments } from '../options.ts';
import { present } from '../present.ts';

/** `overcontrol describe`: what a layer or a policy is. */
export async function describe(args: Arguments): Promise<number> {
  const name = String(args['name']);
  const found = findEntry(new Registry(), name);
  if ('hint' in found) {
    const near = found.hint === undefined ? '' : `; did you mean \`${found.hint}\`?`;
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

/** Every name that can be described, for completion. */
export function describableNames(): string[] {
  const registry = new Registry();
  return [...registry.kinds.keys(), ...policyNames(registry)];
}
