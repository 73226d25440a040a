import type { DistributionSpec } from '../kernel/distributions/index.ts';
import type { NetworkSpec } from '../world/spec.ts';
import type { Complaints } from './complaints.ts';
import type { NetworkFile, ZonesFile } from './network-schema.ts';
import type { Path } from './places.ts';

const AT_ONCE: DistributionSpec = { kind: 'deterministic', value: 0 };

/** The zones that a scenario names, and how far they are from each other. */
export class Zones {
  readonly names: readonly string[];
  private readonly regions: readonly string[];

  /** Whether they could be read: of unreadable ones nothing is known, so nothing is complained of. */
  private readonly areKnown: boolean;

  /** @param file null where it cannot be read */
  constructor(file: ZonesFile | undefined | null) {
    this.areKnown = file !== null;
    this.names = file === undefined || file === null ? [] : Array.isArray(file) ? file : Object.keys(file);
    this.regions =
      file === undefined || file === null || Array.isArray(file)
        ? this.names.map(() => 'region')
        : Object.values(file).map(({ region }) => region);
  }

  get areThere(): boolean {
    return this.names.length > 0;
  }

  /** Index of a zone by its name; -1, with a complaint, if there is none. */
  index(name: string, path: Path, complaints: Complaints): number {
    const index = this.names.indexOf(name);
    if (index >= 0 || !this.areKnown) return index;
    if (this.areThere) complaints.unknown(path, 'zone', name, this.names);
    else complaints.at(path, `no zone \`${name}\`: the world has no \`zones\``);
    return -1;
  }

  /** The network between the zones; null where there are none. */
  network(file: NetworkFile | undefined, path: Path, complaints: Complaints): NetworkSpec | null {
    if (!this.areThere) {
      if (file !== undefined) complaints.at(path, '`network` needs `zones`: between what?', { key: true });
      return null;
    }
    this.names.forEach((name, i) => {
      if (this.names.indexOf(name) === i) return;
      complaints.at(['world', 'zones', i], `another zone is called \`${name}\` already`);
    });
    const regions = [...new Set(this.regions)];
    const regionOf = this.regions.map((region) => regions.indexOf(region));
    const sameZone = file?.sameZone ?? AT_ONCE;
    const sameRegion = file?.sameRegion ?? sameZone;
    const betweenRegions = file?.betweenRegions ?? sameRegion;
    const { length } = this.names;
    const delays = this.names.flatMap((_, from) =>
      this.names.map((__, to) =>
        from === to ? sameZone : regionOf[from] === regionOf[to] ? sameRegion : betweenRegions,
      ),
    );
    (file?.links ?? []).forEach(({ between, delay }, l) => {
      const [a, b] = between.map((name, i) => this.index(name, [...path, 'links', l, 'between', i], complaints));
      if (a < 0 || b < 0) return;
      delays[a * length + b] = delay;
      delays[b * length + a] = delay;
    });
    return { zones: this.names, regions, regionOf, delays };
  }
}
