import { z } from 'zod';
import { choice, duration, flag, integer, number, oneOf, rate, share, someOf } from '../controllers/parameters.ts';
import { kubernetesReadiness } from '../controllers/readiness/kubernetes-readiness.ts';
import { QUEUE_DISCIPLINES } from '../world/spec.ts';
import { callsSchema } from './call-schema.ts';
import { costSchema } from './cost-schema.ts';
import { distributionSchema, DURATIONS, FACTORS } from './distribution-schema.ts';
import { between, networkSchema, zonesSchema } from './network-schema.ts';

/** The scenario file's schema: everything but the layers, whose schemas belong to their controllers. */

/** Names go into reports, settings and keys of draws. */
export const nameSchema = z
  .string({ error: 'expected a name' })
  .max(100, 'expected a name of at most 100 characters')
  .regex(/^[A-Za-z][\w-]*$/, 'expected a name of letters, digits, - and _, beginning with a letter');

const queueSchema = z
  .strictObject({
    limit: oneOf([integer({ about: '', min: 0 }), z.literal('none')], {
      about: 'Waiting places of each instance, or `none`.',
      default: 'none',
    }),
    discipline: choice(QUEUE_DISCIPLINES, {
      about:
        'Who is next: the oldest, the newest, the newest while many wait, the oldest unless it has waited too long, or the oldest of the most important class.',
      default: 'fifo',
    }),
    overflow: choice(['refuse', 'drop'], {
      about: 'What a full queue does with one more: answer 503 at once, or drop it in silence.',
      default: 'refuse',
    }),
    lifoAbove: integer({ about: 'adaptiveLifo: newest first while more than this many wait.', default: 0 }),
    target: duration({
      about: 'codel: the longest wait while the queue has been standing for longer than `interval`.',
      default: '5ms',
      source: 'Facebook, Fail at Scale, ACM Queue 2015',
    }),
    interval: duration({
      about: 'codel: the longest wait while the queue has been empty within this time.',
      default: '100ms',
      source: 'Facebook, Fail at Scale, ACM Queue 2015',
    }),
  })
  .describe('The queue before the slots of each instance.');

const readinessSchema = z
  .strictObject({
    ...kubernetesReadiness.parameters,
    propagation: distributionSchema(
      DURATIONS,
      'From a change of readiness, or a removal, until callers act on it. Without it: 1s (unconfirmed; kube-proxy iptables minSyncPeriod).',
    ).optional(),
  })
  .describe(
    'Readiness probes of each instance, as of Kubernetes, and how long until callers know what they have found. Without it callers know at once.',
  );

export const serviceSchema = z
  .strictObject({
    instances: z
      .union(
        [
          z.strictObject({
            initial: integer({ about: 'Ready at the start.', min: 0, max: 65536 }),
            max: integer({ about: 'The most that there can be.', min: 1, max: 65536 }).optional(),
          }),
          integer({ about: 'That many, always.', min: 1, max: 65536 }),
        ],
        { error: 'expected a number, or { initial, max }' },
      )
      .describe('The pool.'),
    concurrency: integer({ about: 'Slots of an instance: requests in service at once.', default: 1, min: 1 }),
    queue: queueSchema.prefault({} as never),
    serviceTime: distributionSchema(
      DURATIONS,
      'Shorthand for `noise` alone: the time that each dispatch takes.',
    ).optional(),
    demand: distributionSchema(DURATIONS, "The request's own size: the same in every try.").optional(),
    noise: distributionSchema(FACTORS, 'What each dispatch adds by chance: a factor on the demand.').optional(),
    slowness: z
      .union([
        z.array(number({ about: '', min: 0.001 })).min(1),
        distributionSchema(FACTORS, 'Drawn for each instance.'),
      ])
      .optional()
      .describe('Hidden heterogeneity: a factor on the work of each instance, as a list (repeated) or a distribution.'),
    coldStart: distributionSchema(DURATIONS, 'From launch to ready.').optional(),
    warmUp: z
      .strictObject({
        for: duration({ about: 'How long a fresh instance is slower.' }),
        factor: number({ about: 'How many times as long its work takes at first.', min: 1 }),
      })
      .optional()
      .describe('A fresh instance is slower at first; the factor falls to 1 in a straight line.'),
    contention: number({
      about: 'Work that starts when n slots are busy takes 1 + contention * (n - 1) times as long.',
      default: 0,
      min: 0,
    }),
    cancellation: choice(['none', 'queued', 'full'], {
      about:
        'What of an attempt is stopped when its caller gives up: nothing, what still waits, or work in progress too.',
      default: 'none',
    }),
    effect: choice(['idempotent', 'once', 'versioned'], {
      about:
        'Whether a second execution of one call does harm (once: a duplicate), or is an error if another request has taken effect since its work began (versioned: optimistic concurrency).',
      default: 'idempotent',
    }),
    errorRate: share({ about: 'Share of dispatches that are answered with an error.', default: '0%' }),
    wrongRate: share({ about: 'Share of answers that say 200 but are stale, partial or false.', default: '0%' }),
    zones: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('The zone of each instance, repeated if there are more. Without it: spread evenly over all zones.'),
    calls: callsSchema.optional(),
    holds: choice(['slot', 'none'], {
      about: 'Whether a request keeps its slot while the calls that it makes are under way.',
      default: 'slot',
    }),
    propagatesDeadline: flag({
      about: 'Whether the calls that it makes inherit the deadline of the request that it serves.',
      default: false,
    }),
    readiness: readinessSchema.optional(),
    dropsExpired: flag({
      about: 'Whether work is dropped whose deadline has passed before it begins.',
      default: false,
    }),
    checkpoints: flag({
      about: 'Whether a later try resumes at the stage that the last one had reached, or starts again.',
      default: false,
    }),
  })
  .describe('A pool of instances.');

const arrivals = z
  .union(
    [
      z.strictObject({ poisson: rate({ about: 'Independent arrivals at this rate.', min: '0.000001/s' }) }),
      z.strictObject({ deterministic: rate({ about: 'Evenly spaced arrivals at this rate.', min: '0.000001/s' }) }),
      z.strictObject({
        daily: z
          .strictObject({
            mean: rate({ about: 'The mean rate.' }),
            peak: rate({ about: 'The highest rate, at most twice the mean.' }),
            period: duration({ about: 'From peak to peak.', default: '24h', min: '1ms' }),
            peakAt: duration({ about: 'When in each period it is highest.', default: '0s' }),
          })
          .describe('Poisson with a rate that swings around its mean in a cosine.'),
      }),
      z.strictObject({
        mmpp: z
          .array(
            z.strictObject({
              rate: rate({ about: 'The rate in this state.' }),
              mean: duration({ about: 'How long the state lasts on average.', min: '1us' }),
            }),
          )
          .min(2)
          .describe('Bursts: Poisson whose rate goes from state to state, each for an exponential time.'),
      }),
      z.strictObject({
        recorded: z
          .union([z.string(), z.array(duration({ about: 'When.' })).min(1)], {
            error: 'expected the name of a CSV file, or a list of times',
          })
          .describe('As recorded: a CSV file with the columns time, and if known client, class and demand; or times.'),
      }),
      z.strictObject({
        closed: z
          .strictObject({ thinkTime: distributionSchema(DURATIONS, 'From an answer to the next request.') })
          .describe('A closed loop: each client waits for its answer, thinks, and asks again.'),
      }),
      z.strictObject({
        profile: z
          .array(z.strictObject({ at: duration({ about: 'When.' }), rate: rate({ about: 'The rate there.' }) }))
          .min(1)
          .describe(
            'Poisson with a rate that moves in straight lines between points; two points at one time make a step.',
          ),
      }),
    ],
    {
      error:
        'expected one of { poisson }, { deterministic }, { profile }, { daily }, { mmpp }, { recorded }, { closed }',
    },
  )
  .describe('When requests come.');

export const trafficSchema = z
  .strictObject({
    name: nameSchema.describe('Unique among services and traffic.'),
    to: z.string().describe('The service that they call.'),
    clients: integer({ about: 'Each request belongs to one of them, chosen evenly.', default: 1, min: 1 }),
    arrivals,
    deadline: duration({ about: 'When an answer stops being useful. Without it: never.', min: '1ns' }).optional(),
    patience: distributionSchema(
      DURATIONS,
      'When the client hangs up: after the same time always, or after one drawn for each request. Without it: at the deadline.',
    ).optional(),
    classes: z
      .array(
        z.strictObject({
          name: nameSchema.describe('What reports call it.'),
          weight: number({ about: 'Share of the requests, relative to the other classes.', default: 1, min: 0 }),
          priority: integer({ about: '0 is the most important.', default: 0 }),
        }),
      )
      .optional()
      .describe('Classes of requests.'),
    zone: z.string().optional().describe('Where the clients are. Needed where there are zones.'),
    retries: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Clients that retry by themselves, in every design: the parameters of a `retry` layer.'),
  })
  .describe('One source of requests.');

const targets = z.union([z.array(integer({ about: '' })).min(1), z.enum(['all', 'any'])], {
  error: 'expected a list of instances such as [0, 3], `all`, or `any` (one drawn each time)',
});
const onInstances = {
  service: z.string().describe('The service that it strikes.'),
  instances: targets.describe('Which instances: a list of indices, `all`, or `any`.'),
};

const layerName = z.string().describe('The layer or autoscaler.');
const settings = z
  .record(z.string(), z.unknown())
  .describe('Settings inside the layer by path, such as `waitOpen: 5s`.');
const reached = share({ about: 'Share of its copies that are reached.', default: '100%' });

const acts = {
  slow: z
    .strictObject({
      ...onInstances,
      factor: number({ about: 'Work takes this many times as long.', min: 1 }),
      reach: choice(['all', 'new'], {
        about: 'Work in progress too, or only work that starts meanwhile.',
        default: 'all',
      }),
    })
    .optional()
    .describe('Work takes longer.'),
  freeze: z.strictObject(onInstances).optional().describe('Work stops, and goes on afterwards.'),
  capacity: z
    .strictObject({ ...onInstances, share: share({ about: 'Share of the slots that is left.' }) })
    .optional()
    .describe('Only some of the slots are left.'),
  crash: z.strictObject(onInstances).optional().describe('Down; what it held is answered with an error.'),
  errors: z
    .strictObject({ ...onInstances, rate: share({ about: 'Share of dispatches answered with an error.' }) })
    .optional()
    .describe('Some dispatches are answered with an error.'),
  wrong: z
    .strictObject({ ...onInstances, rate: share({ about: 'Share of answers that say 200 but are wrong.' }) })
    .optional()
    .describe('Some answers are stale, partial or false.'),
  gray: z
    .strictObject({ ...onInstances, callers: share({ about: 'Share of the clients that cannot reach it.' }) })
    .optional()
    .describe('A gray failure: some clients cannot reach it, others can.'),
  surge: z
    .strictObject({
      traffic: z.string().describe('The traffic that surges.'),
      factor: number({ about: 'The rate is multiplied by it.', min: 0 }),
    })
    .optional()
    .describe('More requests come, or fewer.'),
  dependency: z
    .strictObject({
      service: z.string().describe('The service that waits for it.'),
      factor: number({ about: 'New work takes this many times as long.', min: 1 }),
    })
    .optional()
    .describe('A slow dependency: every instance alike.'),
  zoneLoss: z
    .strictObject({ zone: z.string().describe('The zone that is lost.') })
    .optional()
    .describe('Every instance in a zone goes down.'),
  partition: z.strictObject({ between }).optional().describe('Messages between two zones are dropped in silence.'),
  networkDelay: z
    .strictObject({
      between,
      factor: number({ about: 'Messages take this many times as long.', default: 1, min: 0.001 }),
      extra: duration({ about: 'And this much longer.', default: '0s' }),
    })
    .optional()
    .describe('Messages between two zones take longer.'),
  replicas: z
    .strictObject({
      service: z.string().describe('The service.'),
      count: integer({ about: 'How many there are to be.', min: 0, max: 65536 }),
    })
    .optional()
    .describe('Replicas changed by hand.'),
  layerDown: z.strictObject({ layer: layerName }).optional().describe('A layer crashes; `whenDown` says what then.'),
  layerReset: z
    .strictObject({ layer: layerName, share: reached })
    .optional()
    .describe('A layer loses its state, as after a restart.'),
  layerSaturated: z
    .strictObject({
      layer: layerName,
      delay: duration({ about: 'How much longer each pass takes.', default: '0s' }),
      refuse: share({ about: 'Share of the passes that it refuses.', default: '0%' }),
    })
    .optional()
    .describe('A layer is saturated.'),
  push: z
    .strictObject({ layer: layerName, set: settings, share: reached })
    .optional()
    .describe('A config push: other settings, good or bad, that reach all copies or only a share of them.'),
  hotfix: z
    .strictObject({ layer: layerName, set: settings, share: reached })
    .optional()
    .describe("Settings changed by hand, which the layer's next reconciliation reverts."),
  telemetry: z
    .strictObject({
      layer: z.string().describe('The layer whose metrics are disturbed.'),
      effect: choice(['freeze', 'slow', 'lose'], {
        about: 'Samples repeat the last value, come later, or are lost.',
      }),
      lag: duration({ about: 'slow: the extra delay.', default: '0s' }),
    })
    .optional()
    .describe("A layer's metrics are disturbed."),
};

/** The keys of a fault that say what it does. */
export const FAULT_ACTS = Object.keys(acts) as (keyof typeof acts)[];

export const faultSchema = z
  .strictObject({
    name: nameSchema.optional().describe('What reports call it.'),
    at: duration({ about: 'When it strikes, once.' }).optional(),
    every: distributionSchema(DURATIONS, 'Time between strikes: it strikes again and again at random.').optional(),
    for: distributionSchema(DURATIONS, 'How long it lasts. Without it: to the end.').optional(),
    ...acts,
  })
  .describe('A fault: when (`at` or `every`), for how long, and exactly one thing that it does.');

/** Parameters that every layer has, whatever its kind. */
export const LAYER_PARAMETERS = {
  mode: choice(['enforce', 'shadow'], {
    about: 'shadow: it decides and is judged, but does not act.',
    default: 'enforce',
    source: 'overcontrol',
  }),
  propagateCause: flag({
    about: 'Lets the layer outside see who made a result, and why.',
    default: false,
    source: 'overcontrol; as Envoy response flags',
  }),
  reconcile: duration({
    about: 'How often its settings are set back to the declared ones. Without it: never.',
    min: '1ms',
    source: 'overcontrol; as a GitOps controller',
  }).optional(),
};

/** Parameters of every layer on the path of the requests. */
export const PATH_PARAMETERS = {
  copies: oneOf([z.enum(['shared', 'perClient', 'perCallerInstance']), integer({ about: '', min: 1, max: 100_000 })], {
    about:
      'How many independent copies there are, each with a state of its own: one, one beside each caller, or so many.',
    default: 'shared',
    source: 'overcontrol',
  }),
  overhead: distributionSchema(DURATIONS, 'Time that each pass through the layer takes. Without it: none.').optional(),
  whenDown: choice(['pass', 'refuse'], {
    about: 'What becomes of attempts while the layer itself is down: they pass it by, or are refused.',
    default: 'pass',
    source: 'overcontrol; as Envoy failure_mode_allow',
  }),
  fallback: z
    .strictObject({
      on: someOf(['error', 'refused', 'limited', 'timedOut'], {
        about: 'What it answers for.',
        default: ['error', 'refused', 'timedOut'],
      }),
      answer: choice(['default', 'stale'], {
        about: 'A default that is as good as an answer, or an old one that only looks so (wrong).',
        default: 'default',
      }),
    })
    .optional()
    .describe('What it answers in the place of failures. Without it: nothing.'),
};

export const metricsSchema = z
  .strictObject({
    lag: duration({ about: 'Transport and processing: a sample is seen this long after it was true.', default: '0s' }),
    interval: duration({ about: 'How often a sample is taken; 0 for every change.', default: '0s' }),
    window: duration({ about: 'What one sample averages over; 0 for the moment.', default: '0s' }),
    jitter: duration({ about: 'Random extra delay of each sample.', default: '0s' }),
    loss: share({ about: 'Share of samples that never arrive.', default: '0%' }),
    phase: choice(['together', 'apart'], {
      about: 'All subjects sampled at once (a scrape), or each at a moment of its own.',
      default: 'together',
    }),
    offset: duration({ about: 'The first sample. Without it: a random moment within the interval.' }).optional(),
    maxAge: duration({ about: 'Older than this is stale, and then `onStale`. Without it: never stale.' }).optional(),
    onStale: choice(['hold', 'random', 'allow'], {
      about:
        'What to do with a stale view: use it anyway, choose at random (a balancer), or allow (a breaker). For both an autoscaler leaves the replicas as they are.',
      default: 'hold',
    }),
  })
  .describe('How reported metrics reach the layer. Live where everything is 0.');

/** A layer as it is written: its kind and its policy know what it may say. */
export const writtenLayer = z.record(z.string(), z.unknown());

/** The same beside the path. */
export const writtenAutoscaler = z.record(z.string(), z.unknown());

export const designSchema = z
  .strictObject({
    about: z.string().optional().describe('One sentence for reports.'),
    only: z.array(z.string()).optional().describe('Keeps these layers and autoscalers only.'),
    without: z.array(z.string()).optional().describe('Leaves these layers and autoscalers out.'),
    set: z.record(z.string(), z.unknown()).optional().describe('Settings by path, such as `breaker.waitOpen: 5s`.'),
    add: z
      .array(
        z.strictObject({
          layer: writtenLayer,
          edge: z
            .strictObject({ from: z.string().describe('The caller.'), to: z.string().describe('The service.') })
            .optional()
            .describe('Needed where there is more than one edge.'),
          outside: z.string().optional().describe('Directly outside this layer.'),
          inside: z.string().optional().describe('Directly inside this layer.'),
        }),
      )
      .optional()
      .describe('Adds layers; without `outside` or `inside` innermost.'),
    age: duration({
      about: 'The lag of every reported metric; interval, window, jitter and loss become 0.',
    }).optional(),
  })
  .describe('Another design over the same world: the stack above, changed.');

export const expectSchema = z
  .strictObject({
    design: z.string().optional().describe('`layered` (the stack above) unless given.'),
    against: z.string().optional().describe('The design to compare with; `bare` unless given.'),
    that: z.string().describe('Such as `killed.total >= 1%`: a path into the JSON of a run, a comparison, a value.'),
    each: z.enum(['seed']).optional().describe('Judges every seed by itself, instead of the interval over all.'),
  })
  .describe('What must hold.');

const edgeSchema = z
  .strictObject({
    from: z.string().describe('The traffic or the service that calls.'),
    to: z.string().describe('The service that it calls.'),
    layers: z.array(writtenLayer).default([]).describe('The stack, outermost first.'),
  })
  .describe('Caller to service, with its stack of layers.');

/** The schemas of what a scenario has many of. */
export const ENTRY_SCHEMAS = {
  service: serviceSchema,
  traffic: trafficSchema,
  fault: faultSchema,
  edge: edgeSchema,
  autoscaler: writtenAutoscaler,
  design: designSchema,
  expectation: expectSchema,
};

type EntrySchemas = Readonly<Record<keyof typeof ENTRY_SCHEMAS, z.ZodType>>;

/** A scenario around its entries. */
function scenarioOf<const E extends EntrySchemas>(entry: E) {
  return z.strictObject({
    $schema: z.string().optional().describe('For editors of JSON: where the schema is. Not read.'),
    name: nameSchema.describe('What reports call it.'),
    about: z.string().default('').describe('One sentence for reports.'),
    extends: z.string().optional().describe('Another file, relative to this one, that this one changes.'),
    plugins: z.array(z.string()).default([]).describe('Modules with controllers of your own, relative to this file.'),
    duration: duration({ about: 'Arrivals stop here.', min: '1ns' }),
    warmup: duration({ about: 'Figures cover the arrivals from here on.', default: '0s' }),
    drain: duration({
      about:
        'How long the run may go on after `duration`. Without it: the longest patience, or `duration` again if there is none.',
    }).optional(),
    seed: z
      .union([z.string(), z.number()], { error: 'expected a seed: any text or number' })
      .default('1')
      .describe('Any text or number.'),
    replications: integer({ about: 'Seeds for `compare` and `check`.', default: 20, min: 1, max: 100_000 }),
    world: z
      .strictObject({
        services: z.record(nameSchema, entry.service).describe('By name.'),
        traffic: z.array(entry.traffic).min(1).describe('Who sends requests.'),
        zones: zonesSchema.optional(),
        network: networkSchema.optional(),
        faults: z.array(entry.fault).default([]).describe('What goes wrong, and when.'),
        cap: integer({
          about: 'Most attempts in all services at once; above it new ones are refused, and the report says so.',
          default: 1_000_000,
          min: 1,
          max: 10_000_000,
        }),
      })
      .describe('The truth, without any control layer.'),
    edges: z.array(entry.edge).default([]).describe('The stacks, one for each caller and service.'),
    autoscalers: z.array(entry.autoscaler).default([]).describe('Controllers beside the path.'),
    designs: z.record(nameSchema, entry.design).default({}).describe('Other designs, by name.'),
    expect: z.array(entry.expectation).default([]).describe('What must hold.'),
    costs: costSchema.optional(),
  });
}

/** A whole scenario, but for its layers. */
export const scenarioSchema = scenarioOf(ENTRY_SCHEMAS);

const anything = z.unknown();

/** A scenario whatever its entries are: these are checked one by one, so that one that is wrong hides no other. */
export const frameSchema = scenarioOf({
  service: anything,
  traffic: anything,
  fault: anything,
  edge: anything,
  autoscaler: anything,
  design: anything,
  expectation: anything,
});

export type ScenarioFrame = z.output<typeof frameSchema>;
export type EdgeFile = z.output<typeof edgeSchema>;
export type ExpectationFile = z.output<typeof expectSchema>;
export type DesignFile = z.output<typeof designSchema>;
export type FaultFile = z.output<typeof faultSchema>;
export type ServiceFile = z.output<typeof serviceSchema>;
export type TrafficFile = z.output<typeof trafficSchema>;
