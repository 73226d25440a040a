import type { Counterexample, Story as FoundStory, StoryRow, TestResult } from '../properties/index.ts';
import { formatDuration } from '../units/duration.ts';
import type { JUnitCase, JUnitSuite } from './junit.ts';
import { plural } from './numbers.ts';
import type { Block, Cell, Report, StoryStep } from './report.ts';
import { heading, paragraph, table } from './report.ts';

/** What a hunt came to: every property with what breaks it, how, and how much was tried. */
export function huntReport(result: TestResult): Report {
  const { design, counterexamples, corpus, findings } = result;
  const known = corpus.filter(({ holds }) => !holds);
  const broken = counterexamples.length + known.length;
  const cases = findings === null ? 'the known counterexamples' : plural(findings.cases, 'case');
  const found = broken === 0 ? `nothing breaks it in ${cases}` : `${plural(broken, 'expectation')} broken`;
  return {
    title: `Hunt in ${design}: ${found}`,
    blocks: [
      ...known.map(({ file, about, difference, told, expect }) =>
        paragraph(
          `${expect === 'pass' ? 'Breaks again' : 'Still broken'}: \`${about}\` with ${difference}: ${told} (${file})`,
          'bad',
        ),
      ),
      ...counterexamples.flatMap(counterexampleBlocks),
      ...searchBlocks(result),
    ],
  };
}

function counterexampleBlocks(found: TestResult['counterexamples'][number]): Block[] {
  const { about, difference, told, neighbour, edits, story, isMinimal, file } = found;
  const what = Object.keys(edits).length === 0 ? 'The scenario itself breaks it, as it is.' : difference;
  const passing = neighbour === null ? [] : [`Nearest that passes: ${neighbour.difference} (${neighbour.told}).`];
  const rest = isMinimal ? [] : ['The time was over before it could be made as small as it can be.'];
  const commands = file === null ? [] : [`npx overcontrol replay ${file}`];
  return [
    heading(`Broken: ${about}`),
    paragraph(what, 'strong'),
    paragraph(`It is ${told}.`),
    ...[...passing, ...rest].map((text) => paragraph(text)),
    ...storyBlocks(found, story),
    ...commands.map((text) => paragraph(`Saved. Replay it: \`${text}\``)),
  ];
}

function storyBlocks({ neighbour }: Counterexample, story: FoundStory): Block[] {
  const compared = neighbour === null ? '' : ', where it differs from the nearest that passes';
  const blocks: Block[] = [
    paragraph(`The run of seed ${story.seed}${compared}:`),
    { kind: 'story', steps: story.rows.map(stepOf) },
  ];
  const { request } = story;
  if (request === null) return blocks;
  const there = request.there === null ? '' : `${request.there} there, `;
  return [
    ...blocks,
    paragraph(`Request ${request.request}, ${there}here ${request.outcome}:`),
    { kind: 'story', steps: request.rows.map(stepOf) },
  ];
}

function stepOf({ at, who, believed, age, truth, decided }: StoryRow): StoryStep {
  const roughly = age === null || age === 0 ? '' : formatDuration(Number(age.toPrecision(3)));
  return { after: `${(at / 1e9).toFixed(3)} s`, who, believed, age: roughly, truth, decided, verdict: '' };
}

/** How much was tried, and how often something could have broken. */
function searchBlocks({ findings, fixed, unjudged }: TestResult): Block[] {
  const notes = [
    ...fixed.map((file) => paragraph(`${file} holds now, and guards from here on.`, 'good')),
    ...unjudged.map((file) => paragraph(`${file} was not judged: there is no such expectation any more.`)),
  ];
  if (findings === null) return notes;
  const { tallies, counterexamples, activity, cases, skipped } = findings;
  const broken = new Set(counterexamples.map(({ property }) => property));
  const rows = tallies.map(({ property, about, cases: judged, vacuous, reasons }): Cell[] => {
    const why = [...reasons].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? '';
    const verdict: Cell = broken.has(property) ? { text: 'BROKEN', tone: 'bad' } : { text: 'held', tone: 'good' };
    return [about, verdict, String(judged), vacuous === 0 ? '' : `${vacuous} (${why})`];
  });
  const passedOver = skipped === 0 ? '' : ` ${skipped} more made no scenario and were passed over.`;
  const happened = activity.map(({ what, cases: count }) => `${what} in ${count}`).join(', ');
  return [
    ...notes,
    heading('What was tried'),
    table(
      [{ head: 'expectation' }, { head: '' }, { head: 'cases', align: 'right' }, { head: 'for want of a cause' }],
      rows,
    ),
    paragraph(
      `${plural(cases, 'case')} were judged.${passedOver}${happened === '' ? '' : ` Really happened: ${happened}.`}`,
    ),
  ];
}

/** A suite for the scenario, a case an expectation. */
export function huntSuites({ design, findings, corpus, counterexamples }: TestResult): JUnitSuite[] {
  const known = corpus.map(({ about, file, holds, told, difference }): JUnitCase => {
    const name = `${about} (${file})`;
    return holds ? { name } : { name, failure: `${difference}: ${told}` };
  });
  const tried = (findings?.tallies ?? []).map(({ property, about }): JUnitCase => {
    const found = counterexamples.find((one) => one.property === property);
    return found === undefined ? { name: about } : { name: about, failure: `${found.difference}: ${found.told}` };
  });
  return [{ name: design, cases: [...known, ...tried] }];
}
