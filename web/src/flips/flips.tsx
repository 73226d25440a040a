import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { clockText, count, span } from '../model/format.ts';
import { CAUSE_NAMES, OUTCOME_NAMES } from '../model/names.ts';
import { analysed, choose, churn, clock, flips, LETTERS, selected, specs, version } from '../model/store.ts';
import type { LaneData } from '../model/lane-data.ts';
import { uses } from '../model/uses.ts';

/** So many are listed at once; the list is by arrival, around the playhead. */
const LISTED = 14;

/** The requests that one design killed and the other served. */
export function FlipList(): JSX.Element {
  const side = useSignal<'killed' | 'saved'>('killed');
  uses(version);
  const [first, second] = analysed.value;
  const { killed, saved } = flips.value;
  const isKilled = side.value === 'killed';
  const requests = isKilled ? killed : saved;
  const victim = isKilled ? first : second;
  const [loser, winner] = isKilled ? [0, 1] : [1, 0];
  const isPair = first !== undefined && second !== undefined;
  return (
    <section class="panel flips" aria-labelledby="flips-title">
      <h2 id="flips-title">Requests that only one design served</h2>
      {!isPair ? (
        <p class="lead">Add a second design to compare with.</p>
      ) : (
        <>
          <div class="segmented" role="group" aria-label="Which flips">
            <button type="button" aria-pressed={isKilled} onClick={() => (side.value = 'killed')}>
              Lost by A <strong>{count(killed.length)}</strong>
            </button>
            <button type="button" aria-pressed={!isKilled} onClick={() => (side.value = 'saved')}>
              Lost by B <strong>{count(saved.length)}</strong>
            </button>
          </div>
          <p class="lead">
            {victim?.summary.isClosedLoop === true
              ? 'These clients wait for their answers before they ask again, so no two designs get the same requests: there is nothing to compare one by one.'
              : requests.length === 0
                ? `${specs.value[loser].design} lost none that ${specs.value[winner].design} served.`
                : `${specs.value[winner].design} (${LETTERS[winner]}) served these; ${specs.value[loser].design} (${LETTERS[loser]}) did not. `}
          </p>
          {requests.length > 0 && <Chance flips={requests.length} />}
          {victim !== undefined && requests.length > 0 && <List requests={requests} victim={victim} />}
        </>
      )}
    </section>
  );
}

/** How many of the flips say nothing about the designs. */
function Chance({ flips: number }: { flips: number }): JSX.Element | null {
  const floor = churn.value;
  if (floor === null) return <p class="lead chance">How many of them are mere chance is being computed …</p>;
  const least = Math.max(floor.killed, floor.saved);
  const beyond = Math.max(0, number - least);
  return (
    <p class="lead chance" data-churn={least}>
      {least === 0 ? (
        <>
          No chance in it: no request ends otherwise when only the lots are drawn anew that a design's own layers draw.
        </>
      ) : (
        <>
          <strong>{count(least)}</strong> by mere chance: so many end otherwise each way when only the lots are drawn
          anew that a design's own layers draw.{' '}
          {beyond === 0 ? 'These are no more.' : `${count(beyond)} of these are beyond that.`}
        </>
      )}
    </p>
  );
}

function List({ requests, victim }: { requests: readonly number[]; victim: LaneData }): JSX.Element {
  const page = useSignal<number | null>(null);
  // Unless one leafs through them, those from the playhead on.
  const now = Math.floor(clock.shown.value / 1000) * 1000;
  const next = requests.findIndex((request) => victim.arrivedAt.values[request] >= now);
  const from = page.value ?? (next < 0 ? Math.max(0, requests.length - LISTED) : next);
  const shown = requests.slice(from, from + LISTED);
  const turn = (by: number): void => {
    page.value = Math.max(0, Math.min(requests.length - 1, from + by));
  };
  return (
    <>
      <ul class="flip-list">
        {shown.map((request) => (
          <li key={request}>
            <button
              type="button"
              class={selected.value === request ? 'flip is-chosen' : 'flip'}
              aria-pressed={selected.value === request}
              data-request={request}
              onClick={() => follow(request, victim)}
            >
              <span class="flip-number">{count(request)}</span>
              <span>{clockText(victim.arrivedAt.values[request])}</span>
              <span class="flip-cause">{fateOf(victim, request)}</span>
              <span class="flip-span">{span(victim.endedAt.values[request] - victim.arrivedAt.values[request])}</span>
            </button>
          </li>
        ))}
      </ul>
      <div class="pager">
        <button type="button" disabled={from === 0} onClick={() => turn(-LISTED)}>
          Earlier
        </button>
        <span>
          {count(from + 1)}–{count(from + shown.length)} of {count(requests.length)}
        </span>
        <button type="button" disabled={from + LISTED >= requests.length} onClick={() => turn(LISTED)}>
          Later
        </button>
        {page.value !== null && (
          <button type="button" class="quiet" onClick={() => (page.value = null)}>
            Follow the playhead
          </button>
        )}
      </div>
    </>
  );
}

/** How a request ended, in a few words. */
export function fateOf(lane: LaneData, request: number): string {
  const outcome = OUTCOME_NAMES[lane.outcomeOf(request)] ?? '–';
  const origin = lane.origin.values[request];
  const cause = CAUSE_NAMES[lane.cause.values[request]];
  const by = origin > 0 ? ` by ${lane.layers[origin - 1].name}` : '';
  return `${outcome}${by}${cause === 'none' || cause === undefined ? '' : ` (${cause})`}`;
}

/** Shows a request's story, and the moment at which it came. */
export function follow(request: number, lane: LaneData): void {
  choose(request);
  clock.seek(lane.arrivedAt.values[request] - 1);
}
