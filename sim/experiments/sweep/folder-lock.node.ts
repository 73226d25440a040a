import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { SweepError } from './sweep-error.ts';

/** Who holds a lock. */
interface Holder {
  readonly pid: number;
  readonly host: string;
}

/**
 * A file that says which process writes beside it. One that was killed leaves its lock behind: on the same machine that
 * is seen, and the lock is taken over.
 */
export class FolderLock {
  private readonly file: string;

  /** Throws `SweepError` if another process holds it. */
  constructor(file: string) {
    this.file = file;
    if (this.take()) return;
    const holder = this.holder();
    if (holder !== undefined && !isGone(holder)) throw new SweepError(this.taken(holder));
    rmSync(file, { force: true });
    // Of two that find the same dead lock, one comes first.
    if (!this.take()) throw new SweepError(this.taken(this.holder()));
  }

  release(): void {
    rmSync(this.file, { force: true });
  }

  private take(): boolean {
    let descriptor: number;
    try {
      descriptor = openSync(this.file, 'wx');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw new SweepError(`cannot write ${this.file}: ${(error as Error).message}`, { cause: error });
    }
    try {
      writeSync(descriptor, JSON.stringify({ pid: process.pid, host: hostname() } satisfies Holder));
    } finally {
      closeSync(descriptor);
    }
    return true;
  }

  /** Undefined of a lock that was never written to its end. */
  private holder(): Holder | undefined {
    try {
      return JSON.parse(readFileSync(this.file, 'utf8')) as Holder;
    } catch {
      return undefined;
    }
  }

  private taken(holder: Holder | undefined): string {
    const who = holder === undefined ? 'another sweep' : `another sweep, process ${holder.pid} on ${holder.host},`;
    return `${who} is writing here. If it is not, delete ${this.file}`;
  }
}

function isGone({ pid, host }: Holder): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
