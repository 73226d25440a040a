import type { NginxPeers } from './nginx-peers.ts';
import { nginxPeerParameters } from './nginx-peers.ts';
import { describeProduct } from '../../shared/product.ts';

export const nginxLeastConn = describeProduct({
  name: 'nginxLeastConn',
  product: 'nginx',
  about: 'The server with the fewest connections for its weight; ties by smooth weighted round robin.',
  parameters: nginxPeerParameters,
  sources: ['nginx/nginx src/http/modules/ngx_http_upstream_least_conn_module.c @3f6f7824d'],
  knownToGetWrong: [
    'A server that fails fast looks idle and attracts requests until maxFails takes it out.',
    'Each worker process counts only its own connections unless a shared memory zone is configured.',
    'By default one failure takes a server out for ten seconds, and with all of them out every request is refused.',
  ],
});

/**
 * nginx's least_conn: the smallest connections / weight, compared by cross-multiplication; among those that tie, one
 * step of smooth weighted round robin. O(n) a pick, as in the product.
 *
 * @param tried 1 for the hosts that this request has tried already
 * @returns -1 if no server is usable
 */
export function pickLeastConn(peers: NginxPeers, now: number, tried?: ArrayLike<number>): number {
  const { hosts, conns, weights } = peers;
  let place = -1;
  let tied = false;
  for (let i = 0; i < peers.count; i++) {
    const host = hosts[i];
    if (tried?.[host] === 1 || !peers.usable(host, now)) continue;
    const difference = place < 0 ? -1 : conns[host] * weights[hosts[place]] - conns[hosts[place]] * weights[host];
    if (difference < 0) {
      place = i;
      tied = false;
    } else if (difference === 0) {
      tied = true;
    }
  }
  if (place < 0) return -1;
  if (tied) return pickAmongTied(peers, now, place, tried);
  peers.picked(hosts[place], now, 0);
  return hosts[place];
}

function pickAmongTied(peers: NginxPeers, now: number, place: number, tried?: ArrayLike<number>): number {
  const { hosts, conns, weights, currentWeights } = peers;
  const least = hosts[place];
  let best = least;
  let total = 0;
  for (let i = place; i < peers.count; i++) {
    const host = hosts[i];
    if (tried?.[host] === 1 || !peers.usable(host, now)) continue;
    if (conns[host] * weights[least] !== conns[least] * weights[host]) continue;
    total += peers.raise(host);
    if (currentWeights[host] > currentWeights[best]) best = host;
  }
  peers.picked(best, now, total);
  return best;
}
