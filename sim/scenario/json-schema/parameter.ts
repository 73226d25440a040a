import type { ParameterMeta } from '../../controllers/parameters.ts';
import { parseDuration } from '../../units/duration.ts';
import { parseRate } from '../../units/rate.ts';
import { parseShare } from '../../units/share.ts';
import type { Json } from './json.ts';

/** How quantities are written, as patterns: what `units/` reads. */
const NUMBER = '\\d+(\\.\\d+)?';
const SCIENTIFIC = `${NUMBER}(e[+-]?\\d+)?`;
const TIME = `(${NUMBER}\\s*(ns|us|µs|μs|ms|s|m|min|h|d)\\s*)+`;
const PER = '(s|sec|second|m|min|minute|h|hour)';
const PERCENT = `(100(\\.0+)?|0*\\d{1,2}(\\.\\d+)?|${NUMBER}e[+-]?\\d+)`;

/** The units that parameters refer to. */
export const UNITS: Readonly<Record<string, Json>> = {
  duration: {
    description: 'A length of time with its unit: ns, us, ms, s, m, h or d. Only 0 needs none.',
    anyOf: [{ type: 'string', pattern: `^\\s*(0|${TIME})\\s*$` }, { const: 0 }],
    examples: ['250ms', '30s', '2m30s'],
  },
  positiveDuration: {
    description: 'A length of time with its unit: ns, us, ms, s, m, h or d. More than 0.',
    type: 'string',
    pattern: `^(?=.*[1-9])\\s*${TIME}\\s*$`,
    examples: ['250ms', '30s', '2m30s'],
  },
  rate: {
    description: 'Events in time: per s, m or h.',
    type: 'string',
    pattern: `^\\s*${SCIENTIFIC}\\s*/\\s*${PER}\\s*$`,
    examples: ['900/s', '30/m'],
  },
  positiveRate: {
    description: 'Events in time: per s, m or h. More than 0.',
    type: 'string',
    pattern: `^\\s*(?=[\\d.]*[1-9])${SCIENTIFIC}\\s*/\\s*${PER}\\s*$`,
    examples: ['900/s', '30/m'],
  },
  share: {
    description: 'A share of one: a percentage, or a number from 0 to 1.',
    anyOf: [
      { type: 'string', pattern: `^\\s*${PERCENT}\\s*%\\s*$` },
      { type: 'number', minimum: 0, maximum: 1 },
    ],
    examples: ['50%', 0.5],
  },
};

/** A parameter as its documentation has it. `json` is what zod makes of its schema. */
export function parameterJson(meta: ParameterMeta, json: Json): Json {
  const { default: preset } = meta;
  const description = describe(meta);
  return {
    ...(description === '' ? {} : { description }),
    ...typeJson(meta, json),
    ...(preset === undefined ? {} : { default: preset }),
  };
}

/** What it means, its range, its default, and where these come from. */
function describe({ about, min, max, default: preset, source, unconfirmed, type }: ParameterMeta): string {
  const isUsual = type === 'share' && min === '0%' && max === '100%';
  const sentences = [
    about,
    ...(isUsual ? [] : [range(min, max)]),
    preset === undefined ? '' : `Default: ${Array.isArray(preset) ? preset.join(', ') : String(preset)}.`,
    source === undefined ? '' : `Source: ${source}.`,
    unconfirmed === true ? "Not confirmed by the product's own source." : '',
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

function range(min: string | number | undefined, max: string | number | undefined): string {
  // That nothing is negative needs no words.
  const from = min === undefined || /^0(\D|$)/.test(String(min)) ? undefined : min;
  if (from !== undefined && max !== undefined) return `From ${from} to ${max}.`;
  if (from !== undefined) return `At least ${from}.`;
  return max === undefined ? '' : `At most ${max}.`;
}

function typeJson(meta: ParameterMeta, json: Json): Json {
  const { min, max } = meta;
  switch (meta.type) {
    case 'duration':
      return ref((parseDuration(min ?? 0) ?? 0) > 0 ? 'positiveDuration' : 'duration');
    case 'rate':
      return ref((parseRate(min ?? 0) ?? 0) > 0 ? 'positiveRate' : 'rate');
    case 'share':
      return max === '100%' && min === '0%'
        ? ref('share')
        : wideShare(parseShare(min ?? 0), parseShare(max ?? Infinity));
    case 'number':
    case 'integer':
      return { type: meta.type, ...bound('minimum', min), ...bound('maximum', max) };
    case 'flag':
    case 'choice':
    case 'text':
    case 'list': {
      const { description: _description, default: _default, ...rest } = json;
      return rest;
    }
  }
}

/** A share that may be more than one. */
function wideShare(min: number | undefined, max: number | undefined): Json {
  const number: Json = { type: 'number', ...bound('minimum', min), ...bound('maximum', max) };
  const sign = min !== undefined && min < 0 ? '-?' : '';
  return { anyOf: [{ type: 'string', pattern: `^\\s*${sign}${SCIENTIFIC}\\s*%\\s*$` }, number] };
}

function bound(name: string, value: string | number | undefined): Json {
  return typeof value === 'number' && Number.isFinite(value) ? { [name]: value } : {};
}

function ref(name: string): Json {
  return { $ref: `#/$defs/${name}` };
}
