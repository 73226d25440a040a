import type { RandomSource } from '../../../kernel/random.ts';
import { uniform } from '../../../kernel/random.ts';
import { integer } from '../../parameters.ts';
import { describeProduct } from '../../shared/product.ts';

export const finagleAperture = describeProduct({
  name: 'finagleAperture',
  product: 'Finagle',
  about: 'Each client uses an arc of the ring of hosts; the arcs of all clients cover every host equally.',
  parameters: {
    minDeterministicAperture: integer({
      about: 'Hosts that an arc is meant to span; it spans more where that covers the ring evenly.',
      source: 'Finagle flag com.twitter.finagle.loadbalancer.aperture.minDeterminsticAperture (minAperture is ignored)',
      default: 12,
      min: 2,
    }),
  },
  sources: [
    'twitter/finagle finagle-core/src/main/scala/com/twitter/finagle/loadbalancer/aperture/DeterministicAperture.scala',
    'twitter/finagle finagle-core/src/main/scala/com/twitter/finagle/loadbalancer/aperture/Ring.scala',
    'twitter/finagle finagle-core/src/main/scala/com/twitter/finagle/loadbalancer/aperture/WeightedP2CPick.scala',
  ],
  knownToGetWrong: [
    'Even only while every client offers the same load and they agree on their number.',
    'A client that joins or leaves moves every arc.',
    'Where an arc nearly closes the ring and ends in the server that it began in, only one of the two pieces counts as its share.',
    'The random aperture (lowLoad 0.875, highLoad 1.125 of load per host) is not modelled.',
  ],
});

/** Widths below this are not told apart (as in the product). */
const EPSILON = 1e-6;
/** Shares nearer than this count as equal when loads are compared. */
const EQUAL_WEIGHT = 0.0001;

/**
 * Finagle's deterministic aperture. Servers divide a ring of circumference 1 equally, and so do clients; client k starts
 * at k / clients (plus a rotation of its group) and uses an arc of
 *
 *   width = min(1, N / clients), N = ceil(aperture * clients / servers), aperture = min(minDeterministicAperture, servers)
 *
 * so that all arcs together go around the ring a whole number of times. A pick draws two different servers of the arc,
 * each with the share of it that lies within, and takes the one of less load for its share. O(1) a pick.
 */
export class DeterministicAperture {
  /** Of the arc, on a ring of circumference 1. */
  readonly offset: number;
  readonly width: number;
  /** How many servers the arc touches. */
  readonly span: number;
  private readonly servers: number;

  /**
   * @param servers how many there are, at least 1; indices are 0 … servers - 1
   * @param client 0 … clients - 1
   * @param rotation of this group of clients, 0 … 1
   */
  constructor(minDeterministicAperture: number, servers: number, client: number, clients: number, rotation = 0) {
    this.servers = servers;
    this.offset = modulo1(client / clients + rotation);
    this.width = apertureWidth(Math.min(minDeterministicAperture, servers), servers, clients);
    this.span = this.range();
  }

  /** The i-th server of the arc, 0 <= i < span. */
  server(i: number): number {
    return (this.index(this.offset) + i) % this.servers;
  }

  /** The share of a server that lies within the arc, 0 … 1. */
  weight(server: number): number {
    return this.overlap(this.begin(server)) * this.servers;
  }

  /** The better of two random servers of the arc; `<=` keeps the first. @param load by server */
  pick(random: RandomSource, load: ArrayLike<number>): number {
    const a = this.index(modulo1(this.offset + uniform(random) * this.width));
    const b = this.second(a, random);
    const aWeight = this.weight(a) || 1;
    const bWeight = this.weight(b) || 1;
    if (Math.abs(aWeight - bWeight) < EQUAL_WEIGHT) return load[a] <= load[b] ? a : b;
    return load[a] / aWeight <= load[b] / bWeight ? a : b;
  }

  /** A server of the arc without `first`, by its share; `first` if there is no other. */
  private second(first: number, random: RandomSource): number {
    const begin = this.begin(first);
    const overlap = this.overlap(begin);
    const rest = this.width - overlap;
    if (rest <= EPSILON) return first;
    const place = this.offset + uniform(random) * rest;
    const skipFrom = begin + 1 / this.servers - overlap;
    return this.index(modulo1(place >= skipFrom ? place + overlap : place));
  }

  private range(): number {
    if (1 - this.width <= EPSILON) return this.servers;
    const first = Math.floor(this.offset * this.servers);
    // A little less than the end, which is exclusive and may lie exactly on a server.
    const last = Math.floor((this.offset + this.width) * (1 - EPSILON) * this.servers);
    return Math.min(this.servers, last - first + 1);
  }

  /** Where a server begins, past 1 if that is where the arc reaches it. */
  private begin(server: number): number {
    const begin = server / this.servers;
    return begin + 1 < this.offset + this.width ? begin + 1 : begin;
  }

  private overlap(begin: number): number {
    const end = Math.min(begin + 1 / this.servers, this.offset + this.width);
    return Math.max(0, end - Math.max(begin, this.offset));
  }

  private index(place: number): number {
    return Math.floor(place * this.servers) % this.servers;
  }
}

/** The width of a client's arc on the ring of circumference 1. */
export function apertureWidth(aperture: number, servers: number, clients: number): number {
  const around = -Math.floor(-(aperture * (1 / servers)) / (1 / clients));
  return Math.min(1, around * (1 / clients));
}

function modulo1(place: number): number {
  return place - Math.floor(place);
}
