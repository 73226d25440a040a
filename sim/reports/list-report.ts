import type { ControllerKind } from '../controllers/kind.ts';
import type { Registry } from '../controllers/registry.ts';
import { policyEntry, policyNames } from './catalogue.ts';
import type { renderCsv } from './csv.ts';
import type { Block, Report } from './report.ts';
import { heading, table } from './report.ts';

export interface ListedScenario {
  readonly file: string;
  readonly name: string;
  readonly about: string;
}

export interface ListedPolicy {
  /** With its kind: `rateLimiter/tokenBucket`. */
  readonly name: string;
  readonly product: string | null;
  readonly about: string;
}

/** What there is; what was not asked for is left out. */
export interface CatalogueLists {
  readonly scenarios?: readonly ListedScenario[];
  readonly layers?: readonly ControllerKind[];
  readonly policies?: readonly ListedPolicy[];
}

export function listPolicies(registry: Registry): ListedPolicy[] {
  return policyNames(registry).map((name) => {
    const { product, about } = policyEntry(registry, name);
    return { name, product, about };
  });
}

export function listReport({ scenarios, layers, policies }: CatalogueLists): Report {
  const blocks: Block[] = [];
  if (scenarios !== undefined) {
    blocks.push(heading('Scenarios'));
    blocks.push(
      table(
        [{ head: 'file' }, { head: 'about' }],
        scenarios.map(({ file, about }) => [file, about]),
      ),
    );
  }
  if (layers !== undefined) {
    blocks.push(heading('Layers'));
    const columns = [{ head: 'kind' }, { head: 'default policy' }, { head: 'about' }];
    blocks.push(
      table(
        columns,
        layers.map(({ name, defaultPolicy, about }) => [name, defaultPolicy, about]),
      ),
    );
  }
  if (policies !== undefined) {
    blocks.push(heading('Policies'));
    const columns = [{ head: 'policy' }, { head: 'product', dispensable: 1 }, { head: 'about' }];
    blocks.push(
      table(
        columns,
        policies.map(({ name, product, about }) => [name, product ?? '', about]),
      ),
    );
  }
  return { title: 'What there is (overcontrol describe NAME tells more)', blocks };
}

export function listCsv({ scenarios, layers, policies }: CatalogueLists): Parameters<typeof renderCsv>[0] {
  return [
    ['what', 'name', 'about'],
    ...(scenarios ?? []).map(({ file, about }) => ['scenario', file, about]),
    ...(layers ?? []).map(({ name, about }) => ['layer', name, about]),
    ...(policies ?? []).map(({ name, about }) => ['policy', name, about]),
  ];
}
