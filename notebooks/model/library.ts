import { casesOf } from '../../sim/index.ts';
import type { PointLoader, PublishedResults } from '../../sim/index.ts';
import { read } from './runs.ts';

/** The validation library as a browser has it: scenario files and published results come with the page. */

const SCENARIOS = import.meta.glob<string>('../../scenarios/validation/*.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const RESULTS = import.meta.glob<unknown>('../../scenarios/validation/results/*.json', {
  import: 'default',
  eager: true,
});

/** By the name of the file, without its ending. */
function byName<Content>(files: Readonly<Record<string, Content>>): Record<string, Content> {
  return Object.fromEntries(
    Object.entries(files).map(([path, content]) => [path.replace(/^.*\//, '').replace(/\.\w+$/, ''), content]),
  );
}

const texts = byName(SCENARIOS);

export const published = byName(RESULTS) as unknown as PublishedResults;

export const cases = casesOf(published);

/** Reads a scenario of the library with a point's settings over it. */
export const loadPoint: PointLoader = async ({ scenario, set }) => {
  await Promise.resolve();
  return read(texts[scenario], `${scenario}.yaml`, set);
};
