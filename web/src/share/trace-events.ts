import type { Story } from '../worker/protocol.ts';

/** A request's stories as trace events, which Perfetto and chrome://tracing open: a process a design, a row an actor. */
export function traceEvents(stories: readonly (Story | null)[]): string {
  const events: unknown[] = [];
  stories.forEach((story, pid) => {
    if (story === null) return;
    const microseconds = (ms: number): number => (story.arrivedMs + ms) * 1000;
    events.push({ name: 'process_name', ph: 'M', pid, args: { name: story.design } });
    const actors = [...new Set(story.steps.map(({ who }) => who))];
    actors.forEach((name, tid) => events.push({ name: 'thread_name', ph: 'M', pid, tid: tid + 1, args: { name } }));
    events.push({
      name: `request ${story.request}: ${story.outcome}`,
      ph: 'X',
      pid,
      tid: 0,
      ts: microseconds(0),
      dur: (story.endedMs - story.arrivedMs) * 1000,
    });
    for (const { afterMs, who, ...said } of story.steps) {
      events.push({
        name: said.decided,
        ph: 'i',
        s: 't',
        pid,
        tid: actors.indexOf(who) + 1,
        ts: microseconds(afterMs),
        args: said,
      });
    }
  });
  const traces = stories.map((story) => story?.trace ?? null);
  return `${JSON.stringify({ traceEvents: events, displayTimeUnit: 'ms', otherData: { traces } }, null, 1)}\n`;
}
