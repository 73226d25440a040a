import { z } from 'zod';
import { duration, flag, integer, share } from '../../parameters.ts';
import type { ConfigOf } from '../../shared/product.ts';
import { describeProduct } from '../../shared/product.ts';
import type { EnvoyOutlierConfig } from './envoy-outlier-parameters.ts';
import { envoyOutlierDetection } from './envoy-outlier-parameters.ts';

const SOURCE = 'Istio DestinationRule trafficPolicy.outlierDetection';

export const istioOutlierDetection = describeProduct({
  name: 'istio',
  product: 'Istio',
  about: 'Envoy’s outlier detection as Istio configures it: consecutive errors only.',
  parameters: {
    consecutive5xxErrors: integer({
      about: 'Server errors in a row that eject a host; 0 turns it off.',
      source: `${SOURCE} consecutive5xxErrors`,
      default: 5,
    }),
    consecutiveGatewayErrors: integer({
      about: 'Gateway errors (502, 503, 504) in a row that eject a host; 0 turns it off.',
      source: `${SOURCE} consecutiveGatewayErrors: off unless set`,
      default: 0,
    }),
    splitExternalLocalOriginErrors: flag({
      about: 'Whether failures to connect are counted apart from answers.',
      source: `${SOURCE} splitExternalLocalOriginErrors`,
      default: false,
    }),
    consecutiveLocalOriginFailures: integer({
      about: 'Failures to connect in a row that eject a host, if counted apart.',
      source: `${SOURCE} consecutiveLocalOriginFailures`,
      default: 5,
    }),
    interval: duration({
      about: 'Time between sweeps: hosts come back only then.',
      source: `${SOURCE} interval`,
      default: '10s',
      min: '1ms',
    }),
    baseEjectionTime: duration({
      about: 'How long the first ejection of a host lasts; each further one lasts this much longer.',
      source: `${SOURCE} baseEjectionTime`,
      default: '30s',
    }),
    maxEjectionPercent: share({
      about: 'Most of the hosts that may be ejected at once.',
      source: `${SOURCE} maxEjectionPercent`,
      default: '10%',
    }),
    minHealthPercent: share({
      about: 'The panic threshold of the cluster: below it, ejections are ignored.',
      source: `${SOURCE} minHealthPercent`,
      default: '0%',
    }),
  },
  sources: ['istio/istio @86c9f01fd73 pilot/pkg/networking/core', 'istio/api @b8f8791d9 networking/v1 DestinationRule'],
  knownToGetWrong: [
    'With outlier detection on there is no panic mode by default: all hosts ejected means no host.',
    'With the defaults a service of fewer than ten instances never ejects anything (recent Envoy).',
    'Success rates are never judged, so a host that fails half of its requests stays.',
  ],
});

/** What Istio writes into Envoy's configuration. `minHealthPercent` becomes its `healthyPanicThreshold` instead. */
export function envoyOutlierOf(config: ConfigOf<typeof istioOutlierDetection>): EnvoyOutlierConfig {
  return z.object(envoyOutlierDetection.parameters).parse({
    consecutive5xx: config.consecutive5xxErrors,
    enforcingConsecutive5xx: config.consecutive5xxErrors > 0 ? 1 : 0,
    consecutiveGatewayFailure: config.consecutiveGatewayErrors,
    enforcingConsecutiveGatewayFailure: config.consecutiveGatewayErrors > 0 ? 1 : 0,
    splitExternalLocalOriginErrors: config.splitExternalLocalOriginErrors,
    consecutiveLocalOriginFailure: config.consecutiveLocalOriginFailures,
    interval: `${config.interval}ns`,
    baseEjectionTime: `${config.baseEjectionTime}ns`,
    maxEjectionPercent: config.maxEjectionPercent,
    enforcingSuccessRate: 0,
    enforcingLocalOriginSuccessRate: 0,
  });
}
