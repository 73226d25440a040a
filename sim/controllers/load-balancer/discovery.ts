import { PHASE_WORLD } from '../../kernel/event-queue.ts';
import type { Ticker } from '../../kernel/ticker.ts';
import type { Service } from '../../world/service.ts';

/**
 * Tells a balancer which instances are ready whenever that changes, as long afterwards as the balancer takes to learn it.
 *
 * @param delay nanoseconds; 0 for at once
 */
export function discover(
  service: Service,
  delay: number,
  ticker: Ticker,
  now: () => number,
  discovered: (ready: readonly number[]) => void,
): void {
  service.membershipWatchers.push({
    membershipChanged: () => {
      const ready = [...service.endpoints];
      if (delay === 0) discovered(ready);
      else ticker.at(now() + delay, PHASE_WORLD, () => discovered(ready));
    },
  });
}
