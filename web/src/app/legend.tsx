import type { JSX } from 'preact';

/** What the particles and marks mean: colour and shape. */
export function Legend(): JSX.Element {
  return (
    <ul class="legend" aria-label="Legend">
      <li>
        <Mark kind="served">
          <rect x="4.5" y="4.5" width="5" height="5" />
        </Mark>
        served
      </li>
      <li>
        <Mark kind="rejected">
          <rect x="2.5" y="6" width="9" height="2.4" />
          <rect x="5.8" y="2.7" width="2.4" height="9" />
        </Mark>
        rejected
      </li>
      <li>
        <Mark kind="timed-out">
          <rect x="5.8" y="2.5" width="2.4" height="9" />
        </Mark>
        timed out
      </li>
      <li>
        <Mark kind="failed">
          <rect x="2.5" y="6" width="9" height="2.4" />
        </Mark>
        failed
      </li>
      <li>
        <Mark kind="belief">
          <rect x="6" y="2" width="2.6" height="10" />
        </Mark>
        believed
      </li>
      <li>
        <Mark kind="truth">
          <rect x="2" y="5" width="10" height="4" />
        </Mark>
        true
      </li>
      <li>
        <Mark kind="gap">
          <path d="M2 12 12 2M2 7 7 2M7 12 12 7" />
        </Mark>
        gap
      </li>
    </ul>
  );
}

function Mark({ kind, children }: { kind: string; children: JSX.Element | JSX.Element[] }): JSX.Element {
  return (
    <svg class={`mark ${kind}`} width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
      {children}
    </svg>
  );
}
