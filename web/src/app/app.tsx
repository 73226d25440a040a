import type { JSX } from 'preact';
import { ChaosMenu, ChaosPanel } from '../chaos/chaos.tsx';
import { FlipList } from '../flips/flips.tsx';
import { Waterfall } from '../flips/waterfall.tsx';
import { Levels } from '../graph/levels.tsx';
import { Matrix } from '../matrix/matrix.tsx';
import {
  addLane,
  announcement,
  laneOf,
  lastChangeMs,
  MOST_LANES,
  problems,
  scenario,
  specs,
  summary,
} from '../model/store.ts';
import { Lane } from '../stage/lane.tsx';
import { Timeline } from '../timeline/timeline.tsx';
import { Transport } from '../timeline/transport.tsx';
import { openingProblem } from './begin.ts';
import { dialog } from './dialog.ts';
import { Dialogs } from './dialogs.tsx';
import { Guide, guideStep, startGuide } from './guide.tsx';
import { Legend } from './legend.tsx';
import { setTheme, theme } from './palette.ts';

export function App(): JSX.Element {
  return (
    <>
      <Header />
      <main>
        <Guide />
        <Problems />
        <Stages />
        <Timeline />
        <div class="panels">
          <div class="panel-column">
            <FlipList />
            <ChaosPanel />
          </div>
          <div class="panel-column">
            <Waterfall />
            <Matrix />
          </div>
        </div>
      </main>
      <Footer />
      <ChaosMenu />
      <Dialogs />
      <p class="visually-hidden" role="status">
        {announcement.value}
      </p>
    </>
  );
}

function Header(): JSX.Element {
  const world = summary.value;
  return (
    <header class="top">
      <h1>
        overcontrol <span class="scenario-name">{world?.name ?? ''}</span>
      </h1>
      <p class="about">{world?.about ?? ''}</p>
      <nav aria-label="Page">
        <button type="button" onClick={() => (dialog.value = 'gallery')} aria-keyshortcuts="G">
          Gallery
        </button>
        <button type="button" onClick={() => (dialog.value = 'editor')} aria-keyshortcuts="E">
          Edit
        </button>
        <button type="button" onClick={() => (dialog.value = 'share')} aria-keyshortcuts="S">
          Share
        </button>
        <button type="button" onClick={() => setTheme(theme.value === 'dark' ? 'light' : 'dark')} aria-keyshortcuts="D">
          {theme.value === 'dark' ? 'Light' : 'Dark'}
        </button>
        <button type="button" onClick={() => (dialog.value = 'keys')} aria-label="Keys and help" aria-keyshortcuts="?">
          ?
        </button>
      </nav>
    </header>
  );
}

/** What is wrong with the scenario, or with what was to be opened. */
function Problems(): JSX.Element | null {
  const found = problems.value;
  if (openingProblem.value !== null) {
    return (
      <p class="notice" role="alert">
        {openingProblem.value}
      </p>
    );
  }
  if (found.length === 0) return null;
  return (
    <div class="notice" role="alert">
      <strong>{scenario.value.file} cannot be run.</strong>
      <ul>
        {found.slice(0, 8).map(({ line, column, path, message, found: what, hint }) => (
          <li key={`${line}:${column}:${message}`}>
            line {line}, column {column}: {path === '' ? '' : `${path}: `}
            {message}
            {what === undefined ? '' : `, found ${what}`}
            {hint === undefined ? '' : `; did you mean ${hint}?`}
          </li>
        ))}
      </ul>
      <button type="button" onClick={() => (dialog.value = 'editor')}>
        Mend it
      </button>
    </div>
  );
}

function Stages(): JSX.Element {
  const world = summary.value;
  return (
    <section
      class="stages"
      aria-label="Stages"
      data-change-ms={lastChangeMs.value === null ? '' : lastChangeMs.value.toFixed(0)}
    >
      <div class="stages-bar">
        <Transport />
        <Legend />
        {specs.value.length < MOST_LANES && world !== null && (
          <button type="button" class="quiet" onClick={() => addLane(laneOf(world.designs.at(-1)!.name))}>
            + design
          </button>
        )}
        {guideStep.value === null && (
          <button type="button" class="quiet" onClick={() => startGuide()}>
            Guide
          </button>
        )}
      </div>
      <Levels />
      <div class={`lanes lanes-${specs.value.length}`}>
        {specs.value.map((_, i) => (
          <Lane key={`${i}`} index={i} />
        ))}
      </div>
    </section>
  );
}

function Footer(): JSX.Element {
  return (
    <footer class="bottom">
      <p>Everything is computed in your browser, by the same code as the command line. Nothing is sent anywhere.</p>
    </footer>
  );
}
