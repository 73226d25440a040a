/** How far something is, for whoever waits for it. Shown on stderr, and only if that is a terminal. */
export interface Progress {
  /** @param share of all work that is behind it, 0 to 1 */
  update(share: number, doing: string): void;
  /** Takes the bar away, so that something else can be written; the next update brings it back. */
  clear(): void;
  stop(): void;
}

const SILENT: Progress = { update() {}, clear() {}, stop() {} };

/** Nobody needs a bar for what is over sooner. */
const PATIENCE_MS = 400;

export async function startProgress(): Promise<Progress> {
  if (!process.stderr.isTTY) return SILENT;
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar(
    { format: '{bar} {percentage} % | {doing} | {left}', clearOnComplete: true, hideCursor: true, barsize: 24 },
    cliProgress.Presets.shades_classic,
  );
  const started = performance.now();
  let shown = false;
  const stop = (): void => {
    if (shown) bar.stop();
    shown = false;
  };
  // A process that is ended in between leaves the terminal as it was.
  process.once('exit', stop);
  return {
    update(share, doing) {
      const elapsed = performance.now() - started;
      if (elapsed < PATIENCE_MS) return;
      const payload = { doing, left: timeLeft(elapsed, share) };
      const percentage = Math.floor(share * 100);
      if (shown) bar.update(percentage, payload);
      else bar.start(100, percentage, payload);
      shown = true;
    },
    clear: stop,
    stop() {
      stop();
      process.off('exit', stop);
    },
  };
}

function timeLeft(elapsedMs: number, share: number): string {
  if (share <= 0.01) return '';
  const seconds = Math.ceil((elapsedMs * (1 - share)) / share / 1000);
  return seconds >= 90 ? `${Math.ceil(seconds / 60)} min left` : `${seconds} s left`;
}
