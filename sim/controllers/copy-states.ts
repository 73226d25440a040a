import { settingsIn } from './settings.ts';
import type { Settings, SettingsOf } from './settings.ts';

/** What a layer keeps for each of its copies: made when the copy is first passed, and anew once it is lost. */
export class CopyStates<State> {
  /** By copy; undefined where none has been made, or it has been lost. */
  readonly made: (State | undefined)[] = [];
  private readonly declared: Settings;
  private readonly make: (settings: Settings, copy: number) => State;
  /** Settings that some copies run on with in the place of the declared ones. */
  private changed: SettingsOf | null = null;

  constructor(declared: Settings, make: (settings: Settings, copy: number) => State) {
    this.declared = declared;
    this.make = make;
  }

  at(copy: number): State {
    return this.made[copy] ?? this.begin(copy);
  }

  private begin(copy: number): State {
    const state = this.make(settingsIn(copy, this.declared, this.changed), copy);
    this.made[copy] = state;
    return state;
  }

  /** The copies for which `affected` says so lose their state. */
  reset(affected: (copy: number) => boolean): void {
    this.made.forEach((_, copy) => {
      if (affected(copy)) this.made[copy] = undefined;
    });
  }

  /** The same, and from now on copies run on with other settings. */
  reconfigure(settingsOf: SettingsOf, affected: (copy: number) => boolean): void {
    this.changed = settingsOf;
    this.reset(affected);
  }
}
