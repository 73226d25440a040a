import type { LaneData } from './lane-data.ts';
import { LATE, SERVED, UNKNOWN } from './lane-data.ts';

/** Length of a bin, milliseconds. */
export const BIN_MS = 500;

/** A lane over time, in bins of the shown stretch. NaN where nothing is known. */
export interface Series {
  readonly bins: number;
  /** A second. */
  readonly offered: Float32Array;
  readonly goodput: Float32Array;
  /** Served in time / servable; NaN without the reference. */
  readonly fidelity: Float32Array;
  readonly p50: Float32Array;
  readonly p99: Float32Array;
  readonly attempts: Float32Array;
  /** By layer: refusals a second, and mean age of what decisions were made on (seconds). */
  readonly refusals: readonly Float32Array[];
  readonly staleness: readonly Float32Array[];
  /** By service: replicas wanted and ready. */
  readonly wanted: readonly Float32Array[];
  readonly ready: readonly Float32Array[];
}

/** @param servable by request, 1 if it could have been served; null if that is not known */
export function seriesOf(lane: LaneData, servable: Uint8Array | null): Series {
  const { summary } = lane;
  const bins = Math.max(1, Math.ceil((summary.untilMs - summary.fromMs) / BIN_MS));
  const make = (fill = 0): Float32Array => new Float32Array(bins).fill(fill);
  const offered = make();
  const goodput = make();
  const could = make();
  const both = make();
  const attempts = make();
  const answers = new Uint32Array(bins + 1);
  for (let i = Math.max(0, lane.first); i < lane.next; i++) {
    const outcome = lane.outcome.values[i];
    if (outcome === UNKNOWN) continue;
    const bin = Math.min(bins - 1, Math.floor((lane.arrivedAt.values[i] - summary.fromMs) / BIN_MS));
    if (bin < 0) continue;
    offered[bin]++;
    attempts[bin] += lane.dispatches.values[i];
    if (outcome === SERVED) goodput[bin]++;
    if (servable !== null && servable[i] === 1) {
      could[bin]++;
      if (outcome === SERVED) both[bin]++;
    }
    if (isAnswer(outcome)) answers[bin + 1]++;
  }
  const latencies = latenciesByBin(lane, answers, bins);
  const known = (lane.until - summary.fromMs) / BIN_MS;
  const p50 = make(NaN);
  const p99 = make(NaN);
  const fidelity = make(NaN);
  const perSecond = 1000 / BIN_MS;
  for (let bin = 0; bin < bins; bin++) {
    if (bin >= known) {
      offered[bin] = goodput[bin] = attempts[bin] = NaN;
      continue;
    }
    const sorted = latencies.subarray(answers[bin], answers[bin + 1]).sort();
    if (sorted.length > 0) {
      p50[bin] = sorted[Math.floor(sorted.length * 0.5)];
      p99[bin] = sorted[Math.floor(sorted.length * 0.99)];
    }
    if (could[bin] > 0) fidelity[bin] = both[bin] / could[bin];
    attempts[bin] = offered[bin] > 0 ? attempts[bin] / offered[bin] : NaN;
    offered[bin] *= perSecond;
    goodput[bin] *= perSecond;
  }
  return { bins, offered, goodput, fidelity, p50, p99, attempts, ...fromSamples(lane, bins) };
}

/** Answers that came, in time or late, have a latency. */
function isAnswer(outcome: number): boolean {
  return outcome === SERVED || outcome === LATE;
}

/**
 * The latencies of one bin after another.
 *
 * @param ends by bin, one later: how many there are; then where they end
 */
function latenciesByBin(lane: LaneData, ends: Uint32Array, bins: number): Float32Array {
  for (let bin = 0; bin < bins; bin++) ends[bin + 1] += ends[bin];
  const next = ends.slice(0, bins);
  const latencies = new Float32Array(ends[bins]);
  const { fromMs } = lane.summary;
  for (let i = Math.max(0, lane.first); i < lane.next; i++) {
    if (!isAnswer(lane.outcome.values[i])) continue;
    const arrived = lane.arrivedAt.values[i];
    const bin = Math.min(bins - 1, Math.floor((arrived - fromMs) / BIN_MS));
    if (bin >= 0) latencies[next[bin]++] = lane.endedAt.values[i] - arrived;
  }
  return latencies;
}

function fromSamples(lane: LaneData, bins: number): Pick<Series, 'refusals' | 'staleness' | 'wanted' | 'ready'> {
  const each = BIN_MS / lane.layout.interval;
  const known = Math.min(bins, Math.floor(lane.sampleCount / each));
  const make = (): Float32Array => new Float32Array(bins).fill(NaN);
  const refusals = lane.layers.map(make);
  const staleness = lane.layers.map(make);
  lane.layers.forEach((_, layer) => {
    const group = lane.group('acts', layer);
    if (group === undefined) return;
    for (let bin = 0; bin < known; bin++) {
      let decisions = 0;
      let ages = 0;
      let refused = 0;
      for (let sample = bin * each; sample < (bin + 1) * each; sample++) {
        decisions += lane.at(sample, group.offset);
        ages += lane.at(sample, group.offset + 1);
        refused += lane.at(sample, group.offset + 2);
      }
      refusals[layer][bin] = (refused * 1000) / BIN_MS;
      if (decisions > 0) staleness[layer][bin] = ages / decisions / 1000;
    }
  });
  const wanted = lane.summary.services.map(make);
  const ready = lane.summary.services.map(make);
  lane.summary.services.forEach((_, service) => {
    const group = lane.serviceGroup('replicas', service);
    if (group === undefined) return;
    for (let bin = 0; bin < known; bin++) {
      wanted[service][bin] = lane.at(bin * each, group.offset);
      ready[service][bin] = lane.at(bin * each, group.offset + 2);
    }
  });
  return { refusals, staleness, wanted, ready };
}
