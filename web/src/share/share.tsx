import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { DialogBox } from '../app/dialog-box.tsx';
import { clock, keepDesign, lanes, LETTERS, scenario, selected, specs, stories, summary } from '../model/store.ts';
import { explainCommand, runCommand } from './command.ts';
import { toFragment } from './link.ts';
import { figuresJson, stagesPng, timelineSvg } from './picture.ts';
import { traceEvents } from './trace-events.ts';

/** The page's state as an address. */
export async function currentLink(): Promise<string> {
  const { text, file, bases, shipped } = scenario.value;
  const own = shipped === null;
  const fragment = await toFragment({
    shipped,
    text: own ? text : '',
    file,
    bases: own ? bases : {},
    lanes: specs.value,
    at: Math.round(clock.now * 10) / 10,
    speed: clock.speed.value,
    request: selected.value,
  });
  return `${location.origin}${location.pathname}#${fragment}`;
}

function save(name: string, content: string | Blob, type: string): void {
  const blob = typeof content === 'string' ? new Blob([content], { type }) : content;
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export function ShareDialog(): JSX.Element {
  const link = useSignal('');
  const copied = useSignal('');
  useEffect(() => {
    void currentLink().then((address) => {
      link.value = address;
      history.replaceState(null, '', address);
    });
  }, [link]);
  const copy = async (what: string, text: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      copied.value = `${what} copied.`;
    } catch {
      copied.value = `Your browser does not let the page copy: select the text instead.`;
    }
  };
  const name = summary.value?.name ?? 'scenario';
  const { file, shipped, text } = scenario.value;
  const request = selected.value;
  return (
    <DialogBox title="Share and export">
      <section class="share-part">
        <h3>Link</h3>
        <p class="lead">
          All of what you see: scenario, designs, moment, chosen request. It is in the address itself, no server keeps
          it.
        </p>
        <CopyLine label="Link" text={link.value} onCopy={copy} />
      </section>
      <section class="share-part">
        <h3>Command line</h3>
        <p class="lead">
          {shipped === null ? `Save the scenario as ${file} first. ` : ''}The digest is the same there.
        </p>
        {specs.value.map((spec, i) => (
          <CopyLine
            key={LETTERS[i]}
            label={`Design ${LETTERS[i]}`}
            text={runCommand(spec, file, shipped)}
            onCopy={copy}
          />
        ))}
        {request !== null && (
          <CopyLine
            label="The request's story"
            text={explainCommand(specs.value[0], file, shipped, request)}
            onCopy={copy}
          />
        )}
        {lanes.value.map(
          (lane, i) =>
            lane !== undefined &&
            lane.figures !== null && (
              <p key={LETTERS[i]} class="summary">
                {LETTERS[i]}: digest <code data-digest={LETTERS[i]}>{lane.figures.digest}</code> over{' '}
                {Math.round(lane.simulatedMs / 1000)} s
              </p>
            ),
        )}
      </section>
      <section class="share-part">
        <h3>Export</h3>
        <div class="chaos-row">
          <button type="button" onClick={() => void stagesPng().then((blob) => save(`${name}.png`, blob, 'image/png'))}>
            Stages, PNG
          </button>
          <button type="button" onClick={() => save(`${name}.svg`, timelineSvg(), 'image/svg+xml')}>
            Timeline, SVG
          </button>
          <button type="button" onClick={() => save(file.endsWith('.json') ? file : `${name}.yaml`, text, 'text/yaml')}>
            Scenario, YAML
          </button>
          <button type="button" onClick={() => save(`${name}.json`, figuresJson(), 'application/json')}>
            Figures, JSON
          </button>
          <button
            type="button"
            disabled={request === null}
            onClick={() => save(`${name}-${request}.trace.json`, traceEvents(stories.value), 'application/json')}
          >
            Request, trace for Perfetto
          </button>
        </div>
        <div class="chaos-row">
          {specs.value.map(
            (spec, i) =>
              (spec.off.length > 0 || Object.keys(spec.lag).length > 0 || Object.keys(spec.cause).length > 0) && (
                <button
                  key={LETTERS[i]}
                  type="button"
                  onClick={() => void keepDesign(i, `design-${LETTERS[i].toLowerCase()}`)}
                >
                  Keep {LETTERS[i]} in the scenario as design-{LETTERS[i].toLowerCase()}
                </button>
              ),
          )}
        </div>
      </section>
      <p role="status" class="summary">
        {copied.value}
      </p>
    </DialogBox>
  );
}

interface CopyLineProps {
  readonly label: string;
  readonly text: string;
  onCopy(what: string, text: string): Promise<void>;
}

function CopyLine({ label, text, onCopy }: CopyLineProps): JSX.Element {
  return (
    <div class="copy-line">
      <input
        type="text"
        readonly
        value={text}
        aria-label={label}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      <button type="button" aria-label={`Copy: ${label}`} onClick={() => void onCopy(label, text)}>
        Copy
      </button>
    </div>
  );
}
