import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { clockText } from '../model/format.ts';
import { addFault, clock, specs, summary } from '../model/store.ts';
import type { WrittenFault } from '../worker/protocol.ts';

/** The instance that was struck by a click, and where. */
const struck = signal<{ service: string; instance: number; x: number; y: number } | null>(null);

/** Opens the menu of what can be done to an instance. */
export function chaosAt(service: string, instance: number, x: number, y: number): void {
  struck.value = { service, instance, x, y };
}

const LASTING = '15s';

/** When a fault that is made now strikes: a little after the moment shown, so that it can be seen to begin. */
function soon(): string {
  return `${(Math.round(clock.now / 100) / 10 + 1).toFixed(1)}s`;
}

function strike(act: WrittenFault): void {
  struck.value = null;
  clock.playing.value = true;
  if (clock.speed.value < 0.25) clock.speed.value = 0.5;
  void addFault({ at: soon(), for: LASTING, ...act });
}

const ACTS: readonly { label: string; act: (service: string, instance: number) => WrittenFault }[] = [
  { label: 'Slow it down 8 times', act: (service, i) => ({ slow: { service, instances: [i], factor: 8 } }) },
  { label: 'Kill it', act: (service, i) => ({ crash: { service, instances: [i] } }) },
  {
    label: 'Cut it off from half its callers',
    act: (service, i) => ({ gray: { service, instances: [i], callers: '50%' } }),
  },
  { label: 'Let it answer errors', act: (service, i) => ({ errors: { service, instances: [i], rate: '50%' } }) },
  { label: 'Freeze it', act: (service, i) => ({ freeze: { service, instances: [i] } }) },
];

/** The menu beside the instance that was clicked. */
export function ChaosMenu(): JSX.Element | null {
  const at = struck.value;
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), [at]);
  if (at === null) return null;
  const close = (): void => {
    struck.value = null;
  };
  return (
    <div class="veil" onClick={close}>
      <div
        class="menu"
        role="dialog"
        aria-label={`Make chaos at ${at.service}[${at.instance}]`}
        style={{ left: `${Math.min(at.x, innerWidth - 260)}px`, top: `${Math.min(at.y, innerHeight - 260)}px` }}
        onClick={(event) => event.stopPropagation()}
        onKeyDown={({ key }) => key === 'Escape' && close()}
      >
        <h3>
          {at.service}[{at.instance}]
        </h3>
        {ACTS.map(({ label, act }, i) => (
          <button
            key={label}
            type="button"
            ref={i === 0 ? first : undefined}
            onClick={() => strike(act(at.service, at.instance))}
          >
            {label}
          </button>
        ))}
        <p class="hint">For 15 s, from a second after the moment shown. It becomes a fault of the scenario.</p>
      </div>
    </div>
  );
}

/** The same for the keyboard, and for what is no instance. */
export function ChaosPanel(): JSX.Element | null {
  const world = summary.value;
  const target = useRef<HTMLSelectElement>(null);
  const layer = useRef<HTMLSelectElement>(null);
  if (world === null) return null;
  const layers =
    world.designs.find(({ name }) => name === specs.value[0].design)?.layers.filter(({ reported }) => reported) ?? [];
  const instance = (act: (service: string, instance: number) => WrittenFault): void => {
    const [service, index] = target.current!.value.split('/');
    strike(act(service, Number(index)));
  };
  return (
    <section class="panel chaos" aria-labelledby="chaos-title">
      <h2 id="chaos-title">Make chaos</h2>
      <p class="lead">
        Click an instance on a stage, or choose here. It strikes a second after {clockText(clock.shown.value, 1)} and
        becomes a fault of the scenario, so that it can be saved, shared and replayed.
      </p>
      <div class="chaos-row">
        <label>
          Instance{' '}
          <select ref={target}>
            {world.services.map(({ name, instances }) =>
              Array.from({ length: Math.min(instances, 64) }, (_, i) => (
                <option key={`${name}/${i}`} value={`${name}/${i}`}>
                  {name}[{i}]
                </option>
              )),
            )}
          </select>
        </label>
        <button type="button" onClick={() => instance(ACTS[0].act)}>
          Slow
        </button>
        <button type="button" onClick={() => instance(ACTS[1].act)}>
          Kill
        </button>
        <button type="button" onClick={() => instance(ACTS[2].act)}>
          Partition
        </button>
      </div>
      <div class="chaos-row">
        {world.traffic.map(({ name }) => (
          <button key={name} type="button" onClick={() => strike({ surge: { traffic: name, factor: 2 } })}>
            Twice as many {name}
          </button>
        ))}
      </div>
      {layers.length > 0 && (
        <div class="chaos-row">
          <label>
            Layer{' '}
            <select ref={layer}>
              {layers.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <button
            type="button"
            onClick={() => strike({ telemetry: { layer: layer.current!.value, effect: 'freeze' } })}
          >
            Freeze its telemetry
          </button>
        </div>
      )}
    </section>
  );
}
