import { readdirSync } from 'node:fs';
import { bareDesign, expectedDesigns, runSeed, seedJob } from '../index.ts';
import { loadScenario } from '../node.ts';
import { overcontrolHere } from '../cli/testing/program.ts';
import { percentages } from '../reports/numbers.ts';
import { ROOT, textOf } from './documents.ts';

const printed = new Map<string, Promise<string>>();

/**
 * Carries out a command of a document within this process: `npx overcontrol …`, with `| head -n N` or `| tail -n N` behind
 * it. What it writes beside its report is not shown, as in a pipe. A command runs once, however often it is shown.
 */
export async function documentShell(command: string): Promise<string> {
  const [line, ...pipes] = command.split(' | ');
  const [npx, program, ...args] = line.split(' ');
  if (npx !== 'npx' || program !== 'overcontrol')
    throw new Error(`what does \`${command}\` print? Show no output of it`);
  const output = printed.get(line) ?? overcontrolHere(args).then(({ stdout, stderr }) => stdout || stderr);
  printed.set(line, output);
  return pipes.reduce(cut, await output);
}

function cut(text: string, pipe: string): string {
  const [, end, n] = /^(head|tail) -n (\d+)$/.exec(pipe) ?? [];
  if (n === undefined) throw new Error(`\`${pipe}\` is not understood: head -n N or tail -n N`);
  const lines = text.split('\n').slice(0, -1);
  const kept = end === 'head' ? lines.slice(0, Number(n)) : lines.slice(-Number(n));
  return kept.map((one) => `${one}\n`).join('');
}

/** Parts of documents that are made of what there is, by their names. */
export async function generate(name: string): Promise<string> {
  const shown = FILES[name];
  if (shown !== undefined) return fenced(shown);
  if (name === 'scenarios') return scenarioTable('');
  if (name === 'incidents') return scenarioTable('incidents/');
  throw new Error(`nothing makes \`${name}\``);
}

/** Files that documents show whole. */
const FILES: Readonly<Record<string, string>> = {
  'file-every-nth.mjs': 'sim/controllers/testing/every-nth.mjs',
  'file-every-nth.yaml': 'sim/controllers/testing/every-nth.yaml',
};

function fenced(path: string): string {
  const language = path.endsWith('.yaml') ? 'yaml' : 'js';
  return `\`\`\`${language}\n${textOf(path)}\`\`\`\n`;
}

/** @param folder of scenarios/, with a slash at its end */
async function scenarioTable(folder: string): Promise<string> {
  const files = readdirSync(`${ROOT}/scenarios/${folder}`).filter((file) => file.endsWith('.yaml'));
  const rows: string[] = [];
  for (const file of files.toSorted()) rows.push(await scenarioRow(`${folder}${file}`));
  return ['| scenario | what it shows | success, first seed |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

/** One run each of `bare`, `layered` and the designs that the scenario expects something of. */
async function scenarioRow(file: string): Promise<string> {
  const { scenario, registry } = await loadScenario(`${ROOT}/scenarios/${file}`);
  const [layered] = scenario.designs;
  const others = expectedDesigns(scenario).filter(({ name }) => name !== layered.name);
  const designs = [bareDesign(scenario), layered, ...others];
  const job = seedJob(scenario, designs, scenario.seed, { references: false, verdicts: false });
  const results = runSeed(job, registry).designs;
  const shares = percentages(results.map(({ figures }) => figures.success));
  const measured = results.map(({ name: design }, i) => `${design} ${shares[i]} %`).join(', ');
  return `| [${scenario.name}](${file}) | ${scenario.about} | ${measured} |`;
}
