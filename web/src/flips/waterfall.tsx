import type { JSX } from 'preact';
import { clockText, count, span } from '../model/format.ts';
import { choose, clock, LETTERS, selected, specs, stories } from '../model/store.ts';
import type { Story, StoryRow } from '../worker/protocol.ts';

/** One request in every design: each attempt and decision, with belief, truth, age and verdict. */
export function Waterfall(): JSX.Element {
  const request = selected.value;
  return (
    <section class="panel waterfall" aria-labelledby="waterfall-title" aria-live="polite">
      <h2 id="waterfall-title">
        {request === null ? 'One request' : `Request ${count(request)}`}
        {request !== null && (
          <button type="button" class="quiet" onClick={() => choose(null)}>
            Close
          </button>
        )}
      </h2>
      {request === null ? (
        <p class="lead">
          Choose a request to see every decision on its way: what each layer believed, what was true, and how old the
          belief was.
        </p>
      ) : (
        specs.value.map((_, i) => <LaneStory key={LETTERS[i]} index={i} story={stories.value[i] ?? null} />)
      )}
    </section>
  );
}

function LaneStory({ index, story }: { index: number; story: Story | null }): JSX.Element {
  const letter = LETTERS[index];
  if (story === null) return <p class="lead">{letter}: telling …</p>;
  const took = story.endedMs - story.arrivedMs;
  return (
    <article class="story" data-story={letter}>
      <h3>
        <span class={`badge lane-${letter.toLowerCase()}`}>{letter}</span> {story.design}:{' '}
        <span class={story.outcome === 'served' ? 'good' : 'bad'}>{story.outcome}</span> after {span(took)}
        <span class="when">
          {' '}
          · arrived {clockText(story.arrivedMs, 3)}, client {story.client}
        </span>
      </h3>
      <div
        class="table-scroll"
        tabIndex={0}
        role="group"
        aria-label={`What happened to the request in design ${letter}`}
      >
        <table>
          <thead>
            <tr>
              <th scope="col">after</th>
              <th scope="col" class="bar-head">
                <span class="visually-hidden">when</span>
              </th>
              <th scope="col">who</th>
              <th scope="col">believed</th>
              <th scope="col">age</th>
              <th scope="col">in truth</th>
              <th scope="col">decided</th>
              <th scope="col">verdict</th>
            </tr>
          </thead>
          <tbody>
            {story.steps.map((row, i) => (
              <Row key={`${i}`} row={row} story={story} next={story.steps[i + 1]?.afterMs ?? took} took={took} />
            ))}
          </tbody>
        </table>
      </div>
      <ul class="moral">
        {story.moral.map((sentence) => (
          <li key={sentence}>{plain(sentence)}</li>
        ))}
      </ul>
    </article>
  );
}

interface RowProps {
  readonly row: StoryRow;
  readonly story: Story;
  /** When the next step follows, since the arrival. */
  readonly next: number;
  readonly took: number;
}

function Row({ row, story, next, took }: RowProps): JSX.Element {
  const whole = Math.max(took, 0.001);
  const left = Math.min(100, (row.afterMs / whole) * 100);
  const width = Math.max(1.5, ((next - row.afterMs) / whole) * 100);
  return (
    <tr class={row.bad ? 'is-wrong' : ''}>
      <td class="number">
        <button type="button" class="link" onClick={() => clock.seek(story.arrivedMs + row.afterMs)}>
          {row.afterMs.toFixed(1)} ms
        </button>
      </td>
      <td class="bar" aria-hidden="true">
        <svg width="72" height="10" viewBox="0 0 100 10" preserveAspectRatio="none">
          <rect x={left} y="2" width={Math.min(width, 100 - left + 1.5)} height="6" />
        </svg>
      </td>
      <td class="who">{row.who}</td>
      <td>{plain(row.believed)}</td>
      <td class="number">{row.age}</td>
      <td>{plain(row.truth)}</td>
      <td class="decided">{plain(row.decided)}</td>
      <td class="verdict">{row.verdict === '' ? '' : `× ${plain(row.verdict)}`}</td>
    </tr>
  );
}

/** Reports mark names with backticks; the page shows them as they are. */
function plain(text: string): string {
  return text.replaceAll('`', '');
}
