import { formatDuration } from '../units/duration.ts';
import type { Counterexample, End, Findings } from './findings.ts';
import type { Story, StoryRow } from './story.ts';

/** What a counterexample comes to, as text for a test's failure. */
export function describeCounterexample(design: string, found: Counterexample): string {
  const { neighbour, told, seeds, story } = found;
  const which = Object.keys(found.edits).length === 0 ? 'the baseline itself breaks it' : found.difference;
  return [
    `${design} breaks: ${found.about}`,
    '',
    `  ${which}`,
    `  ${told} (of ${seeds.length})`,
    ...(found.isMinimal ? [] : ['  (the time was over before it could be made as small as it can be)']),
    ...(neighbour === null ? [] : [`  nearest that passes: ${neighbour.difference} (${neighbour.told})`]),
    '',
    ...describeStory(story, neighbour !== null),
  ].join('\n');
}

/** A story as numbered lines. */
export function describeStory(story: Story, hasNeighbour: boolean): string[] {
  const { rows, more, request, seed } = story;
  const compared = hasNeighbour ? ', where it differs from the nearest that passes' : '';
  const lines = [`The run of seed ${seed}${compared}:`, ...numbered(rows, 1, 0)];
  if (more > 0) lines.push(`  … and ${more} more`);
  if (request === null) return lines;
  const there = request.there === null ? '' : `${request.there} there, `;
  const alike = request.alike > 0 && hasNeighbour ? `; ${request.alike} steps as there` : '';
  lines.push('', `Request ${request.request}, ${there}here ${request.outcome}${alike}:`);
  lines.push(...numbered(request.rows, (hasNeighbour ? request.alike : 0) + 1, 4));
  if (request.more > 0) lines.push(`  … and ${request.more} more`);
  return lines;
}

function numbered(rows: readonly StoryRow[], from: number, digits: number): string[] {
  const heads = ['', 'time', 'who', 'believed', 'in truth', 'decided'];
  const cells = rows.map((row, i) => {
    const { believed, age } = row;
    const aged = believed === '' || age === null || age === 0 ? believed : `${believed} (${roughly(age)} ago)`;
    return [
      `${from + i}.`,
      `${(row.at / 1e9).toFixed(digits === 0 ? 1 : digits)}s`,
      row.who,
      aged,
      row.truth,
      row.decided,
    ];
  });
  return inColumns([heads, ...cells]);
}

function inColumns(rows: readonly (readonly string[])[]): string[] {
  const used = rows[0].map((_, i) => rows.slice(1).some((row) => row[i] !== ''));
  const kept = rows.map((row) => row.filter((_, i) => used[i]));
  const widths = kept[0].map((_, i) => Math.max(...kept.map((row) => row[i].length)));
  return kept.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i])).join('  ')}`.trimEnd());
}

function roughly(nanoseconds: number): string {
  return formatDuration(Number(nanoseconds.toPrecision(3)));
}

const ENDS: Readonly<Record<End, string>> = {
  runs: 'all cases were judged',
  budget: 'the time was over',
  settled: 'every property was settled',
  exhausted: 'there are no other cases',
  interrupted: 'it was interrupted',
};

/** How much was tried, and what of it could have broken anything. */
export function describeFindings(findings: Findings): string {
  const { cases, skipped, ended, tallies, activity, elapsedMs } = findings;
  const passedOver = skipped === 0 ? '' : `, ${skipped} that make no scenario were passed over`;
  const lines = [`${cases} cases in ${(elapsedMs / 1000).toFixed(1)} s${passedOver}: ${ENDS[ended]}.`];
  const broken = new Set(findings.counterexamples.map(({ property }) => property));
  for (const { property, about, cases: judged, vacuous, reasons } of tallies) {
    const said = broken.has(property) ? 'BROKEN' : 'held';
    const often = [...reasons].toSorted((a, b) => b[1] - a[1]).map(([why, count]) => `${why} (${count})`);
    const empty =
      vacuous === 0
        ? ''
        : `, ${vacuous === judged ? 'in all of them' : `in ${vacuous}`} for want of a cause: ${often.join(', ')}`;
    lines.push(`  ${about}: ${said} in ${judged}${empty}`);
  }
  if (activity.length > 0) {
    lines.push(`  Really happened: ${activity.map(({ what, cases: count }) => `${what} in ${count}`).join(', ')}.`);
  }
  return lines.join('\n');
}

/** Properties that nothing could have broken in any case: they hold, and say nothing. */
export function whollyVacuous({ tallies }: Findings): string[] {
  return tallies.filter(({ cases, vacuous }) => cases > 0 && vacuous === cases).map(({ about }) => about);
}
