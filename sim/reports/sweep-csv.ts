import type { SweepResult } from '../experiments/sweep/sweep-result.ts';
import type { renderCsv } from './csv.ts';

type Rows = Parameters<typeof renderCsv>[0];

/** The figures of every point and design, one a row; phases are counts of seeds. */
export function sweepCsv({ scenario, parameters, points }: SweepResult): Rows {
  const paths = parameters.map(({ path }) => path);
  const rows = points.flatMap(({ values, designs }) => {
    const place = paths.map((path) => String(values[path]));
    return designs.flatMap(({ name, figures, phase }) => [
      ...Object.entries(figures).map(([figure, estimate]) => [
        scenario,
        ...place,
        name,
        figure,
        estimate?.mean,
        estimate?.low,
        estimate?.high,
      ]),
      ...Object.entries(phase?.seeds ?? {}).map(([one, seeds]) => [scenario, ...place, name, `phase.${one}`, seeds]),
    ]);
  });
  return [['scenario', ...paths, 'design', 'figure', 'mean', 'low', 'high'], ...rows];
}
