/** Settings as a scenario's schema reads them. */
export type Settings = Readonly<Record<string, unknown>>;

/** What a copy of a layer runs on with in the place of its declared settings: a push, a hotfix; null for neither. */
export type SettingsOf = (copy: number) => Settings | null;

/** The settings that a copy runs with. */
export function settingsIn(copy: number, declared: Settings, changed: SettingsOf | null): Settings {
  return (changed === null ? null : changed(copy)) ?? declared;
}
