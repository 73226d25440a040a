/** Settings as a scenario's schema reads them. */
export type Settings = Readonly<Record<string, unknown>>;

/** Settings that some copies of a layer run on with: a push, a hotfix. */
export interface SettingsChange {
  /** Null once the declared settings are back. */
  readonly config: Settings | null;
  readonly affected: (copy: number) => boolean;
}

/** The settings that a copy runs with. */
export function settingsIn(copy: number, declared: Settings, change: SettingsChange | null): Settings {
  return change === null || change.config === null || !change.affected(copy) ? declared : change.config;
}
