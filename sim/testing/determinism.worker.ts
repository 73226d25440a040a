import type { ScenarioText } from './determinism.ts';
import { gatherEvidence } from './determinism.ts';

/** A browser's worker that answers scenarios with their evidence. */
self.addEventListener('message', ({ data }: MessageEvent<readonly ScenarioText[]>) => {
  self.postMessage({ worker: self.constructor.name, evidence: gatherEvidence(data) });
});
