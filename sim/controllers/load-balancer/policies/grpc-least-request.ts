import { integer } from '../../parameters.ts';
import { describeProduct } from '../../shared/product.ts';

export const grpcLeastRequest = describeProduct({
  name: 'grpcLeastRequest',
  product: 'gRPC',
  about: 'The host with the fewest active requests of a few random ones, as Envoy does with equal weights.',
  parameters: {
    choiceCount: integer({
      about: 'Hosts sampled for each pick, with replacement; more than 10 count as 10.',
      source: 'gRFC A48 choice_count',
      default: 2,
      min: 2,
    }),
  },
  sources: ['grpc/proposal A48-xds-least-request-lb-policy.md'],
  knownToGetWrong: [
    'Samples with replacement: of two hosts, half of all picks compare a host with itself.',
    'A host that fails fast looks idle and attracts requests.',
    'Counts only the requests of this client.',
  ],
});

/** How many hosts gRPC samples (by `leastOfChoices` of Envoy's least request). */
export function grpcChoices(choiceCount: number): number {
  return Math.max(2, Math.min(choiceCount, 10));
}
