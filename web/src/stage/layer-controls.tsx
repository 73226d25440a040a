import type { JSX } from 'preact';
import { span } from '../model/format.ts';
import { announcement, changeLane, lanes, LETTERS, specs, version } from '../model/store.ts';
import { clock } from '../model/store.ts';
import type { LayerSummary } from '../worker/protocol.ts';
import { uses } from '../model/uses.ts';

const KINDS: Readonly<Record<string, string>> = {
  loadBalancer: 'load balancer',
  circuitBreaker: 'circuit breaker',
  rateLimiter: 'rate limiter',
  retry: 'retry',
  autoscaler: 'autoscaler',
};

/** The lags that a slider can be dragged to, milliseconds. */
const LAGS = [0, 50, 100, 250, 500, 1000, 2000, 3000, 5000, 8000, 12_000, 20_000, 30_000];

/** Above the stage: each layer's name, and its switch. */
export function LayerHeads({ index, layers }: { index: number; layers: readonly LayerSummary[] }): JSX.Element {
  return (
    <div class="columns heads" style={{ '--layers': layers.length }}>
      <div class="column-name">clients</div>
      {layers.map((layer) => (
        <LayerSwitch key={layer.name} index={index} layer={layer} />
      ))}
      <div class="column-name instances-name">instances</div>
    </div>
  );
}

function LayerSwitch({ index, layer }: { index: number; layer: LayerSummary }): JSX.Element {
  const { name, kind, about } = layer;
  const isOff = specs.value[index].off.includes(name);
  return (
    <label class={`layer-head${isOff ? ' is-off' : ''}`} title={about}>
      <span class="layer-line">
        <input
          type="checkbox"
          role="switch"
          checked={!isOff}
          data-layer={name}
          aria-label={`${name} in design ${LETTERS[index]}`}
          onChange={() => toggleLayer(index, name)}
        />
        <span class="layer-name">{name}</span>
      </span>
      <span class="layer-kind">{KINDS[kind] ?? kind}</span>
    </label>
  );
}

export function toggleLayer(index: number, name: string): void {
  changeLane(index, (spec) => ({
    ...spec,
    off: spec.off.includes(name) ? spec.off.filter((one) => one !== name) : [...spec.off, name],
  }));
  const isOff = specs.value[index].off.includes(name);
  announcement.value = `${name} is ${isOff ? 'off' : 'on'} in design ${LETTERS[index]}`;
}

interface ControlsProps {
  readonly index: number;
  readonly layers: readonly LayerSummary[];
  /** Controllers beside the path. */
  readonly beside: readonly LayerSummary[];
}

/** Below the stage: how old what each layer sees is, and whether it says who refused. */
export function LayerControls({ index, layers, beside }: ControlsProps): JSX.Element {
  return (
    <>
      {layers.length > 0 && (
        <div class="columns controls" style={{ '--layers': layers.length }}>
          <div class="column-name">lag</div>
          {layers.map((layer) => (
            <div key={layer.name} class="layer-controls">
              <Lag index={index} layer={layer} />
              <Cause index={index} layer={layer} />
            </div>
          ))}
          <div />
        </div>
      )}
      {beside.map((layer) => (
        <Scaler key={layer.name} index={index} layer={layer} />
      ))}
    </>
  );
}

function Lag({ index, layer }: { index: number; layer: LayerSummary }): JSX.Element {
  const spec = specs.value[index];
  if (!layer.reported)
    return <span class="live">{layer.kind === 'retry' ? 'sees its own tries' : 'sees its own, live'}</span>;
  const lag = spec.lag[layer.name] ?? layer.lagMs;
  const place = LAGS.findLastIndex((one) => one <= lag);
  return (
    <label class="lag">
      <input
        type="range"
        min={0}
        max={LAGS.length - 1}
        step={1}
        value={place}
        disabled={spec.off.includes(layer.name)}
        data-lag={layer.name}
        aria-label={`Metric lag of ${layer.name} in design ${LETTERS[index]}`}
        aria-valuetext={span(lag)}
        onInput={({ currentTarget }) => {
          const wanted = LAGS[currentTarget.valueAsNumber];
          changeLane(index, (before) => ({ ...before, lag: { ...before.lag, [layer.name]: wanted } }));
        }}
      />
      <span class={lag === layer.lagMs ? 'value' : 'value is-changed'}>{span(lag)}</span>
    </label>
  );
}

function Cause({ index, layer }: { index: number; layer: LayerSummary }): JSX.Element | null {
  const spec = specs.value[index];
  if (layer.kind === 'loadBalancer') return null;
  const says = spec.cause[layer.name] ?? layer.propagateCause;
  return (
    <label class="cause" title="propagateCause: lets the layer outside see which layer made a refusal, and why">
      <input
        type="checkbox"
        checked={says}
        disabled={spec.off.includes(layer.name)}
        data-cause={layer.name}
        aria-label={`${layer.name} says who refused, in design ${LETTERS[index]}`}
        onChange={() => changeLane(index, (before) => ({ ...before, cause: { ...before.cause, [layer.name]: !says } }))}
      />
      says why
    </label>
  );
}

/** An autoscaler stands beside the path: what it wants, beside what there is. */
function Scaler({ index, layer }: { index: number; layer: LayerSummary }): JSX.Element {
  uses(version, clock.shown);
  const lane = lanes.value[index];
  const service = lane?.summary.services.findIndex(({ name }) => name === layer.service) ?? -1;
  const group = service < 0 ? undefined : lane?.serviceGroup('replicas', service);
  const sample = lane?.sampleAt(clock.now) ?? -1;
  const [wanted, starting, ready] =
    lane === undefined || group === undefined || sample < 0
      ? [NaN, NaN, NaN]
      : [0, 1, 2].map((i) => lane.at(sample, group.offset + i));
  return (
    <div class="scaler">
      <LayerSwitch index={index} layer={layer} />
      {!Number.isNaN(wanted) && (
        <span class={wanted === ready ? 'replicas' : 'replicas has-gap'}>
          wants <strong>{wanted}</strong> · starting <strong>{starting}</strong> · ready <strong>{ready}</strong>
        </span>
      )}
      <Lag index={index} layer={layer} />
    </div>
  );
}
