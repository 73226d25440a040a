/** A sweep that many machines run, each its part of it. */
export interface SweepJob {
  readonly scenario: string;
  /** Folder that all of them write their rows to. */
  readonly folder: string;
  readonly shards: number;
  /** The rest of the command line. */
  readonly words: readonly string[];
}

/** A word that a POSIX shell takes as it is. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
