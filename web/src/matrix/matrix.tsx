import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { clockText, count } from '../model/format.ts';
import type { LaneData } from '../model/lane-data.ts';
import { CONFLICT_NAMES, NO_REQUEST } from '../model/names.ts';
import { analysed, clock, LETTERS, version } from '../model/store.ts';
import { fateOf, follow } from '../flips/flips.tsx';
import { uses } from '../model/uses.ts';

const MEANING: Readonly<Record<string, string>> = {
  overruled: 'refused what the other had sent on its way',
  bypassed: 'sent the try to another instance than the other had chosen',
  misattributed: "took the other's refusal for something else",
  doubled: 'tried again what the other had tried again already',
  opposed: 'took away what the other adds',
};

const MOST_EXAMPLES = 12;

interface Cell {
  readonly by: number;
  readonly against: number;
  readonly kind: number;
  count: number;
  /** Requests on which it happened; of opposed layers, which are so over no request, none. */
  readonly examples: number[];
  /** When it happened, milliseconds. */
  readonly moments: number[];
}

/** The conflicts of a lane, layer by layer. */
export function conflictsOf(lane: LaneData): Cell[] {
  const cells = new Map<number, Cell>();
  const { at, kind, by, against, request } = lane.conflicts;
  for (let i = 0; i < lane.conflictCount; i++) {
    const code = (kind.values[i] * 64 + by.values[i]) * 64 + against.values[i];
    let cell = cells.get(code);
    if (cell === undefined) {
      cell = {
        by: by.values[i],
        against: against.values[i],
        kind: kind.values[i],
        count: 0,
        examples: [],
        moments: [],
      };
      cells.set(code, cell);
    }
    cell.count++;
    if (cell.moments.length < MOST_EXAMPLES) cell.moments.push(at.values[i]);
    const number = request.values[i];
    if (number === NO_REQUEST || cell.examples.length === MOST_EXAMPLES) continue;
    if (cell.examples.at(-1) !== number) cell.examples.push(number);
  }
  return [...cells.values()].toSorted((a, b) => b.count - a.count);
}

/** Who defeats whom: a matrix for each design, whose cells lead to requests on which it happened. */
export function Matrix(): JSX.Element {
  uses(version);
  const chosen = useSignal<string | null>(null);
  return (
    <section class="panel matrix" aria-labelledby="matrix-title">
      <h2 id="matrix-title">Conflicts between layers</h2>
      <p class="lead">A row's layer defeated a column's. Choose a cell for when it happened, and on which requests.</p>
      {analysed.value.map((lane, i) =>
        lane === undefined ? null : <LaneMatrix key={LETTERS[i]} lane={lane} letter={LETTERS[i]} chosen={chosen} />,
      )}
    </section>
  );
}

function LaneMatrix({
  lane,
  letter,
  chosen,
}: {
  lane: LaneData;
  letter: string;
  chosen: { value: string | null };
}): JSX.Element {
  uses(version);
  const cells = conflictsOf(lane);
  const layers = lane.layers.map((_, i) => i).filter((i) => cells.some(({ by, against }) => by === i || against === i));
  if (cells.length === 0) {
    return (
      <p class="summary">
        {letter} ({lane.spec.design}): no two layers contradicted each other.
      </p>
    );
  }
  const most = cells[0].count;
  const name = (i: number): string => lane.layers[i].name;
  const [first] = cells;
  const open = cells.find((cell) => keyOf(letter, cell) === chosen.value);
  return (
    <div class="lane-matrix">
      <h3>
        <span class={`badge lane-${letter.toLowerCase()}`}>{letter}</span> {lane.spec.design}
      </h3>
      <div class="table-scroll" tabIndex={0} role="group" aria-label={`Conflicts of design ${letter}`}>
        <table>
          <thead>
            <tr>
              <td />
              {layers.map((against) => (
                <th key={against} scope="col">
                  {name(against)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {layers.map((by) => (
              <tr key={by}>
                <th scope="row">{name(by)}</th>
                {layers.map((against) => {
                  const here = cells.filter((cell) => cell.by === by && cell.against === against);
                  return (
                    <td key={against}>
                      {here.map((cell) => (
                        <button
                          key={cell.kind}
                          type="button"
                          class="conflict"
                          style={{ '--share': Math.sqrt(cell.count / most).toFixed(2) }}
                          aria-pressed={chosen.value === keyOf(letter, cell)}
                          title={`${name(by)} ${MEANING[CONFLICT_NAMES[cell.kind]]}`}
                          onClick={() =>
                            (chosen.value = chosen.value === keyOf(letter, cell) ? null : keyOf(letter, cell))
                          }
                        >
                          <strong>{count(cell.count)}</strong> {CONFLICT_NAMES[cell.kind]}
                        </button>
                      ))}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="summary">
        Most often {name(first.by)} {MEANING[CONFLICT_NAMES[first.kind]]} ({name(first.against)}): {count(first.count)}{' '}
        times.
      </p>
      {open !== undefined && (
        <ul class="examples" aria-label={`Where ${name(open.by)} ${MEANING[CONFLICT_NAMES[open.kind]]}`}>
          {open.examples.length === 0 &&
            open.moments.map((at) => (
              <li key={at}>
                <button
                  type="button"
                  class="flip"
                  data-moment={at}
                  onClick={() => {
                    clock.playing.value = false;
                    clock.seek(at);
                  }}
                >
                  <span class="flip-number">{clockText(at, 1)}</span>
                  <span class="flip-cause">
                    {name(open.by)} {MEANING[CONFLICT_NAMES[open.kind]]} ({name(open.against)})
                  </span>
                </button>
              </li>
            ))}
          {open.examples.map((request) => (
            <li key={request}>
              <button type="button" class="flip" data-request={request} onClick={() => follow(request, lane)}>
                <span class="flip-number">{count(request)}</span>
                <span class="flip-cause">{fateOf(lane, request)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function keyOf(letter: string, { by, against, kind }: Cell): string {
  return `${letter}/${by}/${against}/${kind}`;
}
