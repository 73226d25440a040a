import { stringify } from 'yaml';
import { parseDuration } from '../units/duration.ts';
import type { Assembly, PlacedLayer } from './assemble.ts';
import type { Noted, Settings } from './draft.ts';

/** What no manifest says, until somebody measures it. */
const ASSUMED = {
  instances: 3,
  concurrency: 16,
  queue: 64,
  mean: '50ms',
  p99: '250ms',
  clients: 20,
  rate: '100/s',
  deadline: '1s',
};

/** Column at which comments begin, where there is room. */
const COMMENT_COLUMN = 48;

/** A scenario as YAML: every value that a manifest says with its place, every other one as an assumption. */
export function writeScenario(
  name: string,
  { services, edges, autoscalers }: Assembly,
  files: readonly string[],
): string {
  const lines = [
    '# yaml-language-server: $schema=./scenario.schema.json',
    `# Imported from ${files.join(', ')}.`,
    '# What a manifest says has its place behind it. What is "assumed" is in no manifest: measure it, and put it in.',
    `name: ${name}`,
    `about: ${stringify(`Imported from ${files.join(', ')}.`, { lineWidth: 0 }).trim()}`,
    'duration: 2m',
    'warmup: 10s',
    'replications: 5',
    'world:',
    '  services:',
    ...[...services].flatMap(([service, settings]) => serviceLines(service, settings)),
    '  traffic:',
    ...edges.flatMap((edge) => trafficLines(edge)),
    'edges:',
    ...edges.flatMap(({ traffic, service, layers }) => [
      `  - from: ${traffic}`,
      `    to: ${service}`,
      layers.length === 0 ? '    layers: []' : '    layers:',
      ...layers.flatMap((layer) => layerLines(layer, '      ')),
    ]),
    autoscalers.length === 0 ? 'autoscalers: []' : 'autoscalers:',
    ...autoscalers.flatMap((layer) => layerLines(layer, '  ')),
  ];
  return `${lines.join('\n')}\n`;
}

function serviceLines(name: string, settings: Settings): string[] {
  const assumed = (value: unknown): Noted => ({ value, from: null });
  const initial = settings.get('instances.initial') ?? assumed(ASSUMED.instances);
  const max = settings.get('instances.max');
  const pool = new Map<string, Noted>([['instances.initial', initial]]);
  if (max !== undefined)
    pool.set('instances.max', { ...max, value: Math.max(Number(max.value), Number(initial.value), 1) });
  const rest = [...settings].filter(([path]) => !path.startsWith('instances.'));
  const service: Settings = new Map([
    ...pool,
    ['concurrency', assumed(ASSUMED.concurrency)],
    ['queue.limit', assumed(ASSUMED.queue)],
    ['serviceTime.lognormal.mean', assumed(ASSUMED.mean)],
    ['serviceTime.lognormal.p99', assumed(ASSUMED.p99)],
    ...rest,
  ]);
  return [`    ${name}:`, ...settingLines(service, '      ')];
}

function trafficLines({ traffic, service, layers }: Assembly['edges'][number]): string[] {
  const lines = settingLines(
    new Map<string, Noted>([
      ['to', { value: service, from: null, comment: '' }],
      ['clients', { value: ASSUMED.clients, from: null }],
      ['arrivals.poisson', { value: ASSUMED.rate, from: null }],
      ['deadline', deadlineOf(layers)],
    ]),
    '      ',
  );
  return [`    - name: ${traffic}`, ...lines];
}

/** The longest timeout that is set for whole calls, or else a guess. */
function deadlineOf(layers: readonly PlacedLayer[]): Noted {
  const timeouts = layers.flatMap(({ settings }) =>
    ['timeout', 'requestTimeout', 'TotalRequestTimeout'].map((name) => settings.get(name)?.value),
  );
  const known = timeouts.filter((one): one is string => typeof one === 'string' && (parseDuration(one) ?? 0) > 0);
  const longest = known.toSorted((a, b) => parseDuration(b)! - parseDuration(a)!)[0];
  if (longest === undefined) return { value: ASSUMED.deadline, from: null };
  return { value: longest, from: null, comment: 'assumed: as long as the call may take' };
}

function layerLines({ name, kind, policy, settings, comment }: PlacedLayer, indent: string): string[] {
  const head = comment === undefined ? [] : [`${indent}# ${comment}`];
  return [
    ...head,
    `${indent}- name: ${name}`,
    `${indent}  kind: ${kind}`,
    `${indent}  policy: ${policy}`,
    ...settingLines(settings, `${indent}  `),
  ];
}

/** Dotted settings as nested YAML, in the order in which they came, each with where it comes from. */
function settingLines(settings: Settings, indent: string): string[] {
  const groups = new Map<string, Settings>();
  for (const [path, noted] of settings) {
    const [head, ...rest] = path.split('.');
    const group: Settings = groups.get(head) ?? new Map();
    groups.set(head, group.set(rest.join('.'), noted));
  }
  return [...groups].flatMap(([head, group]) => {
    const single = group.get('');
    if (single !== undefined) return [withComment(`${indent}${head}: ${inYaml(single.value)}`, single)];
    return [`${indent}${head}:`, ...settingLines(group, `${indent}  `)];
  });
}

function inYaml(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
}

function withComment(line: string, { from, comment }: Noted): string {
  const told =
    from === null
      ? (comment ?? 'assumed')
      : [`${from.file}:${from.line}`, ...(comment === undefined ? [] : [comment])].join(', ');
  return told === '' ? line : `${line.padEnd(COMMENT_COLUMN)} # ${told}`;
}
