import { integer } from '../../parameters.ts';
import { Hash64 } from './hash64.ts';
import { describeProduct } from '../../shared/product.ts';

export const grpcRandomSubsetting = describeProduct({
  name: 'grpcRandomSubsetting',
  product: 'gRPC',
  about: 'Each client uses a random subset of the hosts, the same as long as those hosts exist.',
  parameters: {
    subsetSize: integer({
      about: 'Hosts that a client uses; all of them if there are no more.',
      source: 'gRFC A68 subset_size: must be set',
      min: 1,
    }),
  },
  sources: ['grpc/proposal A68-random-subsetting.md'],
  knownToGetWrong: [
    'Subsets are random, so with few clients some hosts get far more of them than others, and some none.',
    'Ranks come from an own 64-bit hash, not XXH64: the statistics are alike, single subsets are not.',
  ],
});

/**
 * gRPC's random subsetting (A68), a rendezvous hash: the hosts in the order of hash(name, seed of the client), and of
 * them the first `subsetSize`. A host that leaves or joins changes at most one place of a subset.
 *
 * @param names of the hosts to choose from
 * @returns the indices of the chosen ones, in the order of their hashes
 */
export function randomSubset(names: readonly string[], seed: number, subsetSize: number): Int32Array {
  const hash = new Hash64();
  const highs = new Float64Array(names.length);
  const lows = new Float64Array(names.length);
  for (let i = 0; i < names.length; i++) {
    hash.begin(seed).text(names[i]).finish();
    highs[i] = hash.high;
    lows[i] = hash.low;
  }
  const order = Int32Array.from(names, (_, i) => i);
  order.sort((a, b) => highs[a] - highs[b] || lows[a] - lows[b] || a - b);
  return order.slice(0, subsetSize);
}
