import { expect, it } from 'vitest';
import { z } from 'zod';
import { leastOfChoices } from './envoy-least-request.ts';
import { grpcChoices, grpcLeastRequest } from './grpc-least-request.ts';
import { drawOf, indices, ScriptedRandom } from './testing/scripted-random.ts';

it('samples between two and ten hosts', () => {
  expect([1, 2, 7, 10, 11, 1000].map(grpcChoices)).toEqual([2, 2, 7, 10, 10, 10]);
  expect(z.object(grpcLeastRequest.parameters).parse({})).toEqual({ choiceCount: 2 });
});

it('keeps the first sample on a tie', () => {
  const random = new ScriptedRandom([drawOf(3, 4), drawOf(1, 4)]);
  expect(leastOfChoices(random, indices(4), 4, [0, 2, 0, 2], grpcChoices(2))).toBe(3);
});
