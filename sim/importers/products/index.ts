/** Every importer; the first that handles a document reads it. To add one, add a file, and a line here. */
import type { Importer } from '../importer.ts';
import { dotnet } from './dotnet.ts';
import { envoyBootstrap, envoyCluster } from './envoy.ts';
import { backendTrafficPolicy, gateway, route } from './gateway.ts';
import { destinationRule, envoyFilter, virtualService } from './istio.ts';
import { deployment, hpa, keda, knative, service } from './kubernetes.ts';
import { linkerdService, serviceProfile } from './linkerd.ts';
import { resilience4j } from './resilience4j.ts';

export const IMPORTERS: readonly Importer[] = [
  deployment,
  linkerdService,
  service,
  hpa,
  keda,
  knative,
  route,
  gateway,
  backendTrafficPolicy,
  destinationRule,
  virtualService,
  envoyFilter,
  serviceProfile,
  envoyBootstrap,
  envoyCluster,
  resilience4j,
  dotnet,
];
