import type { NginxPeers } from './nginx-peers.ts';
import { nginxPeerParameters } from './nginx-peers.ts';
import { describeProduct } from '../../shared/product.ts';

export const nginxRoundRobin = describeProduct({
  name: 'nginxRoundRobin',
  product: 'nginx',
  about: 'Smooth weighted round robin, skipping servers with recent failures.',
  parameters: nginxPeerParameters,
  sources: ['nginx/nginx src/http/ngx_http_upstream_round_robin.c @3f6f7824d ngx_http_upstream_get_peer'],
  knownToGetWrong: [
    'Looks at no load: a slow server gets as many requests as a fast one of its weight.',
    'By default one failure takes a server out for ten seconds, and with all of them out every request is refused.',
    'Each worker process keeps its own state unless a shared memory zone is configured.',
  ],
});

/**
 * nginx's smooth weighted round robin. At each pick every usable server's current weight grows by its effective weight;
 * the largest wins (the first on ties) and pays the sum of what all of them got. Over a cycle of the sum of weights
 * each server gets exactly its weight, evenly spread. O(n) a pick, as in the product.
 *
 * @param tried 1 for the hosts that this request has tried already
 * @returns -1 if no server is usable
 */
export function pickSmoothly(peers: NginxPeers, now: number, tried?: ArrayLike<number>): number {
  let best = -1;
  let total = 0;
  for (let i = 0; i < peers.count; i++) {
    const host = peers.hosts[i];
    if (tried?.[host] === 1 || !peers.usable(host, now)) continue;
    total += peers.raise(host);
    if (best < 0 || peers.currentWeights[host] > peers.currentWeights[best]) best = host;
  }
  if (best >= 0) peers.picked(best, now, total);
  return best;
}
