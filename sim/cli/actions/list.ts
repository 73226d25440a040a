import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Registry } from '../../controllers/registry.ts';
import type { CatalogueLists } from '../../reports/list-report.ts';
import { listCsv, listPolicies, listReport } from '../../reports/list-report.ts';
import { loadScenario } from '../../scenario/load.node.ts';
import { EXIT } from '../exit.ts';
import type { Arguments } from '../options.ts';
import { textOption } from '../options.ts';
import { packageRoot } from '../package-root.ts';
import { present } from '../present.ts';

/** `overcontrol list`: what there is to use. */
export async function list(args: Arguments): Promise<number> {
  const what = textOption(args, 'what');
  const registry = new Registry();
  const lists: CatalogueLists = {
    ...(what === undefined || what === 'scenarios' ? { scenarios: await shippedScenarios() } : {}),
    ...(what === undefined || what === 'layers' ? { layers: [...registry.kinds.values()] } : {}),
    ...(what === undefined || what === 'policies' ? { policies: listPolicies(registry) } : {}),
  };
  present({ report: () => listReport(lists), json: () => listJson(lists), csv: () => listCsv(lists) }, args);
  return EXIT.ok;
}

/** The stories that come with the program. */
async function shippedScenarios(): Promise<NonNullable<CatalogueLists['scenarios']>> {
  const folder = join(packageRoot(), 'scenarios');
  const files = readdirSync(folder).filter((name) => /\.(ya?ml|json)$/.test(name));
  return Promise.all(
    files.toSorted().map(async (name) => {
      const path = join(folder, name);
      const { scenario } = await loadScenario(path);
      return { file: relative(process.cwd(), path), name: scenario.name, about: scenario.about };
    }),
  );
}

function listJson({ scenarios, layers, policies }: CatalogueLists): unknown {
  const kinds = layers?.map(({ name, about, defaultPolicy, place }) => ({ name, about, place, defaultPolicy }));
  return { scenarios, layers: kinds, policies };
}
