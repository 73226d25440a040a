import type { JSX } from 'preact';
import { count } from '../model/format.ts';
import { choose, hasGraph, level, selected, summary } from '../model/store.ts';

/** One level up: from a request to its edge, from an edge to the graph. Whether there was one. */
export function goUp(): boolean {
  if (selected.value !== null) {
    choose(null);
    return true;
  }
  if (!hasGraph.value || level.value === null) return false;
  level.value = null;
  return true;
}

/** To the next edge, or to the one before; from the graph to the first or the last. */
export function goAcross(direction: 1 | -1): boolean {
  if (!hasGraph.value) return false;
  const edges = summary.value!.edges.length;
  const from = level.value ?? (direction > 0 ? -1 : edges);
  level.value = (from + direction + edges) % edges;
  return true;
}

/** Where one is: the whole graph, one edge, one request; each leads back to itself. */
export function Levels(): JSX.Element | null {
  const world = summary.value;
  if (world === null || !hasGraph.value) return null;
  const at = level.value;
  const request = selected.value;
  return (
    <nav class="levels" aria-label="Level of detail">
      <button
        type="button"
        aria-current={at === null ? 'true' : undefined}
        aria-keyshortcuts="U"
        onClick={() => (level.value = null)}
      >
        All services
      </button>
      <span aria-hidden="true">›</span>
      <label>
        <span class="visually-hidden">Edge</span>
        <select
          value={at ?? -1}
          class={at === null ? '' : 'is-here'}
          onChange={({ currentTarget }) => {
            const wanted = Number(currentTarget.value);
            level.value = wanted < 0 ? null : wanted;
          }}
        >
          <option value={-1}>one edge …</option>
          {world.edges.map(({ from, to }, i) => (
            <option key={`${from}>${to}`} value={i}>
              {from} → {to}
            </option>
          ))}
        </select>
      </label>
      <span aria-hidden="true">›</span>
      {request === null ? (
        <span class="level-none">one request: choose one below</span>
      ) : (
        <>
          <button
            type="button"
            class="link is-here"
            onClick={() => document.getElementById('waterfall-title')?.scrollIntoView({ block: 'start' })}
          >
            request {count(request)}
          </button>
          <button type="button" class="quiet" aria-label="Leave the request" onClick={() => choose(null)}>
            ×
          </button>
        </>
      )}
    </nav>
  );
}
