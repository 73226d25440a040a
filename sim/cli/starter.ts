/** The name of the schema that lies beside a starter scenario, for editors. */
export const SCHEMA_FILE = 'scenario.schema.json';

/** A scenario to begin with: it runs, its expectations hold, and `lint` has nothing against it. */
export function starterScenario(name: string): string {
  return `# yaml-language-server: $schema=./${SCHEMA_FILE}
#
#   users --> [ retry > balancer > breaker ] --> api x 4
#
# What happens: one of four instances gets slow for twenty seconds. Try:
#
#   overcontrol run ${name}.yaml          one run: how requests ended, and what each layer did
#   overcontrol compare ${name}.yaml      all designs below, over the same worlds
#   overcontrol explain ${name}.yaml      the story of one request that a layer killed
#   overcontrol check ${name}.yaml        whether what is expected below holds
#   overcontrol lint ${name}.yaml         what is wrong by what is written alone
#   overcontrol describe circuitBreaker   what a layer is, and every parameter with its default
name: ${name}
about: One of four instances gets slow for a while.
duration: 60s                      # arrivals stop here
warmup: 5s                         # figures cover what comes after this
seed: 1                            # any text; the same seed is the same run
replications: 5                    # seeds for compare and check

world:                             # the truth, without any control layer
  services:
    api:
      instances: 4
      concurrency: 16              # requests that an instance serves at once
      queue: { limit: 32 }         # places to wait, for each instance
      serviceTime: { lognormal: { mean: 50ms, p99: 250ms } }
      cancellation: queued         # what still waits is dropped when its caller gives up
  traffic:
    - name: users
      to: api
      clients: 20
      arrivals: { poisson: 300/s }
      deadline: 1s                 # a later answer is of no use
  faults:
    - { at: 20s, for: 20s, slow: { service: api, instances: [0], factor: 10 } }

edges:                             # who calls whom, and through which layers
  - from: users
    to: api
    layers:                        # outermost first
      - name: retry                # outside the balancer: each try is balanced anew
        kind: retry
        tries: 2                   # the first included
        perTryTimeout: 400ms
        retryOn: [refused, error, timedOut]
        backoff: { base: 25ms, jitter: full }
        budget: { policy: ratio, ratio: 20% }
      - name: balancer
        kind: loadBalancer
        policy: leastRequest
        choices: 2
        source: own                # its own requests in flight, live; \`reported\` takes \`metrics: { lag: 2s }\`
      - name: breaker
        kind: circuitBreaker
        policy: timeWindow
        key: instance              # inside the balancer, so that it knows the instance
        window: 10s
        minimumCalls: 20
        failureRate: 50%
        waitOpen: 5s
        propagateCause: true       # the layers outside see who refused, and why

autoscalers: []                    # - { name: scaler, kind: autoscaler, policy: hpa, service: api, max: 8, target: 60% }

designs:                           # the same world, other designs; the stack above is \`layered\`
  no-breaker: { without: [breaker] }
  no-retry:   { without: [retry] }
  late:                            # both see what was so two seconds ago
    set:
      balancer.source: reported
      balancer.metrics: { lag: 2s }
      breaker.source: reported
      breaker.metrics: { lag: 2s }

expect:                            # judged over all seeds
  - { that: success >= 95% }       # the whole interval must lie there
  - { design: layered, against: late, that: killed.total <= 1% }
`;
}
