import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apertureWidth, DeterministicAperture } from './deterministic-aperture.ts';
import { fairRandom, tally } from './testing/scripted-random.ts';

const sizes = fc.integer({ min: 1, max: 40 });

function apertures(least: number, servers: number, clients: number): DeterministicAperture[] {
  return Array.from({ length: clients }, (_, client) => new DeterministicAperture(least, servers, client, clients));
}

describe('the width of an aperture', () => {
  it.each([
    // ceil(12 * 10 / 100) = 2 units of a tenth; ceil(12 * 4 / 100) = 1 of a quarter; all of it with few servers.
    [12, 100, 10, 0.2],
    [12, 100, 4, 0.25],
    [12, 100, 100, 0.12],
    [10, 10, 3, 1],
    [12, 24, 5, 0.6],
  ])('of %d of %d servers for %d clients is %d', (aperture, servers, clients, width) => {
    expect(apertureWidth(aperture, servers, clients)).toBeCloseTo(width, 12);
  });

  it('spans at least the servers that are wanted', () => {
    fc.assert(
      fc.property(sizes, sizes, (servers, clients) => {
        const wanted = Math.min(12, servers);
        expect(apertureWidth(wanted, servers, clients)).toBeGreaterThanOrEqual(wanted / servers - 1e-12);
      }),
    );
  });
});

/** The share of a server that an arc covers, both of its ends counted. */
function covered({ offset, width }: DeterministicAperture, server: number, servers: number): number {
  const piece = (shift: number): number => {
    const begin = server / servers + shift;
    return Math.max(0, Math.min(begin + 1 / servers, offset + width) - Math.max(begin, offset));
  };
  return (piece(0) + piece(1)) * servers;
}

describe('the apertures of all clients', () => {
  it('cover every server equally', () => {
    fc.assert(
      fc.property(sizes, sizes, fc.integer({ min: 2, max: 12 }), (servers, clients, least) => {
        const all = apertures(least, servers, clients);
        const shares = Array.from({ length: servers }, (_, server) =>
          all.reduce((sum, aperture) => sum + covered(aperture, server, servers), 0),
        );
        for (const share of shares) expect(Math.abs(share - shares[0])).toBeLessThan(1e-6);
      }),
    );
  });

  // To within rounding: an arc that ends where that server begins may be taken, as by the product, to end within it.
  it('have weights that are the shares they cover, but where an arc ends in the server that it began in', () => {
    fc.assert(
      fc.property(sizes, sizes, fc.integer({ min: 2, max: 12 }), (servers, clients, least) => {
        for (const aperture of apertures(least, servers, clients)) {
          const end = (aperture.offset + aperture.width) * (1 + 1e-9) - 1;
          for (let server = 0; server < servers; server++) {
            if (server === aperture.server(0) && end * servers >= server) continue;
            expect(Math.abs(aperture.weight(server) - covered(aperture, server, servers))).toBeLessThan(1e-6);
          }
        }
      }),
    );
  });

  it('span exactly the servers of which a share lies within', () => {
    fc.assert(
      fc.property(sizes, sizes, fc.integer({ min: 2, max: 12 }), (servers, clients, least) => {
        for (const aperture of apertures(least, servers, clients)) {
          const within = new Set(Array.from({ length: aperture.span }, (_, i) => aperture.server(i)));
          expect(within.size).toBe(aperture.span);
          for (let server = 0; server < servers; server++) {
            if (aperture.weight(server) > 1e-4) expect(within.has(server)).toBe(true);
            if (!within.has(server)) expect(aperture.weight(server)).toBeLessThan(1e-4);
          }
        }
      }),
    );
  });
});

describe('a pick', () => {
  it('stays within the aperture and takes the less loaded of two', () => {
    const aperture = new DeterministicAperture(4, 20, 1, 5);
    const load = new Float64Array(20).fill(1);
    const [busiest] = [aperture.server(0)];
    load[busiest] = 2;
    const random = fairRandom('aperture');
    const counts = tally(20, 4000, () => aperture.pick(random, load));
    const within = Array.from({ length: aperture.span }, (_, i) => aperture.server(i));
    for (let server = 0; server < 20; server++) {
      expect(counts[server] > 0).toBe(within.includes(server) && server !== busiest);
    }
  });

  it('takes a server by its share of the arc when all are idle', () => {
    // Offset 1/3 of 4 servers, width 2/3: servers 1 (two thirds), 2 and 3.
    const aperture = new DeterministicAperture(2, 4, 1, 3);
    expect([1, 2, 3].map((server) => aperture.weight(server).toFixed(6))).toEqual(['0.666667', '1.000000', '1.000000']);
    expect(aperture.span).toBe(3);
    const counts = tally(4, 40_000, () => aperture.pick(fair, new Float64Array(4)));
    // Idle ties keep the first, which is drawn by share alone.
    for (const [server, share] of [0, 0.25, 0.375, 0.375].entries()) {
      expect(Math.abs(counts[server] / 40_000 - share)).toBeLessThan(4 * Math.sqrt(0.25 / 40_000));
    }
  });

  const fair = fairRandom('shares');

  it('has no choice with one server', () => {
    expect(new DeterministicAperture(12, 1, 0, 3).pick(fairRandom('one'), [5])).toBe(0);
  });
});
