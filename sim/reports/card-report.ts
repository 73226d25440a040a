import type { Entry, KindEntry, PolicyEntry } from './catalogue.ts';
import type { ParameterRow } from './parameter-rows.ts';
import type { Block, Cell, Column, Report } from './report.ts';
import { heading, paragraph, table, tableOfWhatIsThere } from './report.ts';

/** A kind of layer, or a policy, as documentation. */
export function cardReport(entry: Entry): Report {
  return 'policy' in entry ? policyReport(entry) : kindReport(entry);
}

/** Several things of one name. */
export function namesakesReport(name: string, entries: readonly Entry[]): Report {
  const rows = entries.map((entry): Cell[] => [nameOf(entry), entry.about]);
  return {
    title: `${entries.length} policies are called ${name}`,
    blocks: [
      table([{ head: 'policy' }, { head: 'about' }], rows),
      paragraph(`Describe one: overcontrol describe ${nameOf(entries[0])}`),
    ],
  };
}

function nameOf(entry: Entry): string {
  return 'policy' in entry ? `${entry.kind}/${entry.policy}` : entry.kind;
}

function kindReport(entry: KindEntry): Report {
  const { kind, about, place, defaultPolicy, policies, parameters, common } = entry;
  const where =
    place === 'path' ? 'in the `layers` of an edge' : 'under `autoscalers`, beside the path of the requests';
  return {
    title: kind,
    blocks: [
      paragraph(`${about} It stands ${where}.`),
      ...cardBlocks(entry),
      heading('Policies'),
      table(
        [{ head: 'policy' }, { head: 'product' }, { head: 'about' }],
        policies.map(({ name, product, about: what }): Cell[] => [
          name === defaultPolicy ? { text: `${name} (default)`, tone: 'strong' } : name,
          product ?? '',
          what,
        ]),
      ),
      ...parameterBlocks(`Parameters of every ${kind}`, parameters),
      ...parameterBlocks('Parameters of every layer', common),
    ],
  };
}

function policyReport(entry: PolicyEntry): Report {
  const { kind, about, product, isDefault, parameters, ofKind, knownToGetWrong, sources } = entry;
  const whose = product === null ? `a policy of \`${kind}\`` : `${product}, a policy of \`${kind}\``;
  const standing = isDefault ? ', and its default' : '';
  return {
    title: nameOf(entry),
    blocks: [
      paragraph(about),
      paragraph(`It is ${whose}${standing}.`, 'quiet'),
      ...parameterBlocks('Parameters', parameters),
      ...parameterBlocks(`Parameters of every ${kind}`, ofKind),
      ...listBlocks('Known to get wrong', knownToGetWrong),
      ...cardBlocks(entry),
      ...listBlocks('Sources', sources),
    ],
  };
}

function cardBlocks({ kind, card, ideals }: Entry): Block[] {
  const rows: Cell[][] = [
    ['decides', card.decides],
    ['signals', card.signals],
    ['cadence', card.cadence],
    ['fails', card.fails],
    ['without leak', ideals.leak],
    ['without drift', ideals.drift],
  ];
  return [heading(`What a ${kind} is`), table([{ head: 'card' }, { head: '' }], rows)];
}

function listBlocks(title: string, items: readonly string[]): Block[] {
  return items.length === 0 ? [] : [heading(title), { kind: 'list', items }];
}

/** Sources are many words, and few: they are numbered. */
function parameterBlocks(title: string, rows: readonly ParameterRow[]): Block[] {
  if (rows.length === 0) return [];
  const sources = [...new Set(rows.map(({ source }) => source).filter((source) => source !== ''))];
  const columns: Column[] = [
    { head: 'parameter' },
    { head: 'type' },
    { head: 'default' },
    { head: 'about' },
    { head: 'source', align: 'right' },
  ];
  const cells = rows.map((row): Cell[] => [
    row.path,
    typeOf(row),
    defaultOf(row),
    aboutOf(row),
    sourceOf(row, sources),
  ]);
  const legend = sources.map((source, i) => `[${i + 1}] ${source}`).join('\n');
  return [
    heading(title),
    tableOfWhatIsThere(columns, cells),
    ...(legend === '' ? [] : [paragraph(`Sources of the defaults and ranges:\n${legend}`, 'quiet')]),
  ];
}

function typeOf({ type, range }: ParameterRow): string {
  return range === '' ? type : `${type}, ${range}`;
}

function defaultOf({ default: written, required }: ParameterRow): Cell {
  if (written !== null) return written;
  return required ? { text: 'required', tone: 'strong' } : { text: 'none', tone: 'quiet' };
}

function aboutOf({ about, confirmed }: ParameterRow): string {
  return confirmed ? about : `${about} (Unconfirmed by the product's own source.)`;
}

function sourceOf({ source }: ParameterRow, sources: readonly string[]): string {
  return source === '' ? '' : `[${sources.indexOf(source) + 1}]`;
}
