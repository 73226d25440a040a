import yargs from 'yargs';
import type { Argv } from 'yargs';
import { VERSION } from '../measure/version.ts';
import { nearest } from '../units/nearest.ts';
import type { Command } from './command.ts';
import { describe } from './commands/describe.ts';
import { COMMANDS } from './commands/index.ts';
import { EXIT, reportError, UsageError } from './exit.ts';
import type { Arguments } from './options.ts';

/** Help is not set wider than this. */
const HELP_WIDTH = 100;

/** Runs the program, and sets the exit code of the process. */
export async function main(args: readonly string[]): Promise<void> {
  endQuietlyOnBrokenPipe();
  process.exitCode = EXIT.fault;
  process.once('exit', complainOfUntimelyEnd);
  process.exitCode = await runProgram(args);
  process.off('exit', complainOfUntimelyEnd);
}

/** Runs the program within this process. Returns the exit code. */
export async function runProgram(args: readonly string[]): Promise<number> {
  try {
    return await carryOut(args);
  } catch (error) {
    return reportError(error, VERSION);
  }
}

/** A worker thread that was stopped never answers: then Node ends, for there is nothing left to wait for. */
function complainOfUntimelyEnd(code: number): void {
  if (code !== EXIT.fault) return;
  process.stderr.write('overcontrol ended before it was done: one of its worker threads has been stopped.\n');
}

/** `overcontrol … | head`: whoever reads has had enough. */
function endQuietlyOnBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(EXIT.ok);
    });
  }
}

/** What the completion script asks with; then come `overcontrol` and the words so far. */
const COMPLETION_FLAG = '--get-yargs-completions';

async function carryOut(args: readonly string[]): Promise<number> {
  if (args[0] === COMPLETION_FLAG && args[2] === describe.name) {
    const { describableNames } = await import('./actions/describe.ts');
    process.stdout.write(describableNames().join('\n'));
    return EXIT.ok;
  }
  let code: number = EXIT.ok;
  const parser = buildParser(args, (exitCode) => (code = exitCode));
  if (args.length === 0) {
    process.stderr.write(`${await parser.getHelp()}\n`);
    return EXIT.usage;
  }
  await parser.parseAsync();
  return code;
}

function buildParser(args: readonly string[], onEnd: (code: number) => void): Argv {
  let parser = yargs([...args])
    .scriptName('overcontrol')
    .usage('$0 <command>\n\nShows which resilience layers defeat each other, and which requests they kill.')
    .locale('en')
    .parserConfiguration({ 'boolean-negation': false })
    .wrap(Math.min(HELP_WIDTH, process.stdout.columns ?? HELP_WIDTH))
    .version(VERSION)
    .alias('help', 'h')
    .strict()
    .demandCommand(1, 'Say what to do: a command is missing.')
    .completion('completion', 'Print a completion script for bash or zsh')
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      // What a command throws comes through here too. A YError is what yargs found wrong with the options themselves.
      if (error !== undefined && error.name !== 'YError') throw error;
      throw new UsageError(explainMisuse(message ?? error?.message ?? '', args));
    });
  for (const command of COMMANDS) parser = addCommand(parser, command, onEnd);
  return parser;
}

function addCommand(parser: Argv, command: Command, onEnd: (code: number) => void): Argv {
  return parser.command(
    `${command.name} ${command.usage}`.trim(),
    command.about,
    (own) => {
      let built: Argv = own.options(command.options);
      for (const [name, positional] of Object.entries(command.positionals)) built = built.positional(name, positional);
      for (const [line, about] of command.examples) built = built.example(line, about);
      return built;
    },
    async (given) => onEnd(await command.run(given as Arguments)),
  );
}

/** What yargs found wrong in the words of this program, with the nearest name that there is, and where to read on. */
function explainMisuse(message: string, args: readonly string[]): string {
  const command = COMMANDS.find(({ name }) => name === args[0]);
  const help = `See \`overcontrol${command === undefined ? '' : ` ${command.name}`} --help\`.`;
  return `${inOwnWords(message, command, args)}\n${help}`;
}

function inOwnWords(message: string, command: Command | undefined, args: readonly string[]): string {
  const unknown = /^Unknown (?:command|arguments?): ([^,]+)/.exec(message)?.[1];
  if (unknown !== undefined)
    return command === undefined ? unknownCommand(unknown) : unknownArgument(unknown, command, args);
  const choice = /Argument: (\S+), Given: "(.*)", Choices: (.+)$/m.exec(message);
  if (choice !== null) return wrongChoice(choice[1], choice[2], choice[3].replaceAll('"', '').split(', '), command);
  if (message.startsWith('Not enough non-option arguments') && command !== undefined) {
    return `\`${command.name}\` needs its argument: overcontrol ${command.name} ${command.usage}`;
  }
  return message.replace(/^Not enough arguments following: (.+)$/, '--$1 needs a value.');
}

function unknownCommand(wrong: string): string {
  return `Unknown command \`${wrong}\`${didYouMean(wrong, [...COMMANDS.map(({ name }) => name), 'completion'], '')}`;
}

function unknownArgument(wrong: string, { name, options }: Command, args: readonly string[]): string {
  const isOption = args.some((arg) => arg.startsWith('-') && arg.replace(/^-+/, '').split('=')[0] === wrong);
  if (!isOption) return `\`${name}\` takes no further argument \`${wrong}\`.`;
  return `Unknown option \`--${wrong}\`${didYouMean(wrong, [...Object.keys(options), 'help', 'version'], '--')}`;
}

function wrongChoice(
  argument: string,
  wrong: string,
  choices: readonly string[],
  command: Command | undefined,
): string {
  const what = argument in (command?.options ?? {}) ? `--${argument}` : argument;
  return `${what}: expected one of ${choices.join(', ')}, not \`${wrong}\`${didYouMean(wrong, choices, '')}`;
}

function didYouMean(wrong: string, names: readonly string[], mark: string): string {
  const near = nearest(wrong, names);
  return near === undefined ? '.' : `; did you mean \`${mark}${near}\`?`;
}
