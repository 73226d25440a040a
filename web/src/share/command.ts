import type { LaneSpec } from '../worker/protocol.ts';

/** What the command line calls a scenario: where it ships, or the file as it was given. */
function pathOf(file: string, shipped: string | null): string {
  return shipped === null ? file : `scenarios/${shipped}`;
}

/** A word of a shell. */
function quoted(text: string): string {
  return /^[\w./=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function laneOptions({ design, off, lag, cause }: LaneSpec): string[] {
  return [
    ...(design === 'layered' ? [] : ['--design', design]),
    ...off.flatMap((name) => ['--without', name]),
    ...Object.entries(lag).flatMap(([name, ms]) => ['--set', `${name}.metrics.lag=${ms}ms`]),
    ...Object.entries(cause).flatMap(([name, says]) => ['--set', `${name}.propagateCause=${says}`]),
  ];
}

/** The command that runs a lane in a terminal, to the same digest. */
export function runCommand(lane: LaneSpec, file: string, shipped: string | null): string {
  return ['npx', 'overcontrol', 'run', pathOf(file, shipped), ...laneOptions(lane)].map(quoted).join(' ');
}

/** The command that tells the chosen request's story. */
export function explainCommand(lane: LaneSpec, file: string, shipped: string | null, request: number): string {
  const words = [
    'npx',
    'overcontrol',
    'explain',
    pathOf(file, shipped),
    '--request',
    String(request),
    ...laneOptions(lane),
  ];
  return words.map(quoted).join(' ');
}
