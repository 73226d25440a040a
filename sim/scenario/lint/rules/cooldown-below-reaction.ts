import { atLayer, configOf, numberOf } from '../linted-design.ts';
import { reactionOf } from '../reaction.ts';
import type { Finding, Rule } from '../rule.ts';
import { named, time } from '../words.ts';

export const cooldownBelowReaction: Rule = {
  code: 'OC402',
  name: 'cooldown-below-reaction',
  severity: 'warning',
  about: 'An autoscaler acts again before it can have seen what its last act did.',
  why: 'It counts replicas that are under way as missing and launches them again, then has too many, and takes them away: it oscillates.',
  fix: 'Make the cooldown longer than actuation, start-up and metrics lag together.',
  sources: ['Amazon EC2 Auto Scaling, Scaling cooldowns', 'overcontrol'],
  check({ autoscalers, world, registry }) {
    return autoscalers.flatMap((layer): Finding[] => {
      const service = world.services.find(({ name }) => name === configOf(layer, 'service'));
      const cooldown = numberOf(layer, 'cooldown');
      if (service === undefined || cooldown === undefined) return [];
      const { actuation, coldStart, detection } = reactionOf(layer, service, registry);
      const seen = actuation + coldStart + detection;
      if (cooldown >= seen) return [];
      const message = `${named(layer)} acts again after ${time(cooldown)}, but what it did shows only after ${time(seen)}`;
      return [atLayer(layer, ['cooldown'], message)];
    });
  },
};
