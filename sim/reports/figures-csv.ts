import { numberPaths, valueAt } from '../experiments/aggregate.ts';
import type { Comparison } from '../experiments/compare.ts';
import type { CheckedFile } from './check-report.ts';
import type { renderCsv } from './csv.ts';
import type { AnyRunDocument } from './run-report.ts';

type Rows = Parameters<typeof renderCsv>[0];

/** Figures in long form, one a row: what a later version adds are rows, never columns. */
export function runCsv(document: AnyRunDocument): Rows {
  const { scenario, design } = document;
  if (!('perSeed' in document)) {
    const rows = numberPaths(document).map((path) => [scenario, design, document.seed, path, at(document, path)]);
    return [['scenario', 'design', 'seed', 'figure', 'value'], ...rows];
  }
  const rows = estimatePaths(document).map((path) => [scenario, design, path, ...interval(document, path)]);
  return [['scenario', 'design', 'figure', 'mean', 'low', 'high'], ...rows];
}

/** The figures of every design; those with an `against` are differences. */
export function comparisonCsv({ scenario, designs, differences }: Comparison): Rows {
  const figures = designs.flatMap((design) =>
    estimatePaths(design).map((path) => [scenario, design.name, '', path, ...interval(design, path)]),
  );
  const changes = differences.flatMap((change) =>
    estimatePaths(change).map((path) => [scenario, change.design, change.against, path, ...interval(change, path)]),
  );
  return [['scenario', 'design', 'against', 'figure', 'mean', 'low', 'high'], ...figures, ...changes];
}

export function expectationsCsv(files: readonly CheckedFile[]): Rows {
  const rows = files.flatMap(({ file, expect }) =>
    expect.map(({ design, against, that, actual, ok }) => {
      const estimate = typeof actual === 'number' ? { mean: actual, low: actual, high: actual } : actual;
      return [file, design, against, that, estimate?.mean, estimate?.low, estimate?.high, String(ok)];
    }),
  );
  return [['file', 'design', 'against', 'that', 'mean', 'low', 'high', 'ok'], ...rows];
}

function at(tree: unknown, path: string): number {
  return valueAt(tree, path.split('.')) as number;
}

/** Paths to the estimates in a tree, each a mean with its interval. */
function estimatePaths(tree: unknown): string[] {
  return numberPaths(tree)
    .filter((path) => path.endsWith('.low'))
    .map((path) => path.slice(0, -'.low'.length));
}

function interval(tree: unknown, path: string): number[] {
  return ['mean', 'low', 'high'].map((end) => at(tree, `${path}.${end}`));
}
