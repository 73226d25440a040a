import { definePolicy } from '../../definition.ts';
import { choice, flag } from '../../parameters.ts';
import type { ConcurrencyThresholds } from './concurrency-thresholds.ts';

/** A `uint32` that nobody has set lower. */
export const UINT32_MAX = 4294967295;

/** Types the definition of a policy that limits concurrency instead of judging results. */
export const defineThresholdPolicy = definePolicy<ConcurrencyThresholds>();

/** What both products' thresholds have beside their own settings. */
export const THRESHOLD_PARAMETERS = {
  key: choice(['cluster', 'instance'], {
    about: 'What the limits are for: the whole service, or (inside the balancer) each instance.',
    default: 'cluster',
    source: 'Envoy thresholds; perHostThresholds where it is instance',
  }),
  protocol: choice(['http1', 'http2'], {
    about:
      'http1: a connection carries one request at a time, so connections bind, and what finds none waits. http2: one connection carries them all, so neither connections nor pending requests ever bind.',
    default: 'http1',
    source: 'Envoy HttpProtocolOptions: HTTP/1.1 unless http2_protocol_options is set',
  }),
  propagateCause: flag({
    about:
      'Whether the balancer outside sees that the refusal is made here, and does not hold it against the host. false: as Envoy before 1.26.',
    default: true,
    source: 'envoyproxy/envoy #25487, fixed by #25488: an overflow is no result of the host',
  }),
};

export const THRESHOLD_SOURCES = [
  'envoyproxy/envoy source/common/upstream/resource_manager_impl.h, source/common/conn_pool/conn_pool_base.cc',
  'envoyproxy/envoy docs/root/intro/arch_overview/upstream/circuit_breaking.rst',
];

/** What the product's thresholds get wrong, and what is left out of them here. */
export const THRESHOLD_FLAWS = [
  'They know nothing of how requests end: a host that fails at once never fills them, one that hangs fills them for all.',
  'Each proxy counts for itself: with many of them the limits multiply, and one busy client cannot use what others leave.',
  'A connection takes no time to open here, and idle ones are not counted: connections are active requests over HTTP/1.1.',
  'The limit on connections is of the cluster: that each host of a full cluster may have one is left out.',
  'A retry counts from when it comes here until it ends, not while it backs off, and one too many is answered 503 instead of with the answer that it followed: for both the retry policies of Envoy and Istio have maxRetries of their own.',
];
