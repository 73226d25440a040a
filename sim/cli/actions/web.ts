import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { loadScenario } from '../../node.ts';
import { readSourceTexts } from '../../scenario/load.node.ts';
import { EXIT, UsageError } from '../exit.ts';
import type { Arguments } from '../options.ts';
import { textOption } from '../options.ts';
import { packageRoot } from '../package-root.ts';
import { note } from '../present.ts';
import { PageServer } from '../web/page-server.ts';
import type { GivenScenario } from '../web/page-server.ts';

/** `overcontrol web`: serves the page on this machine until Ctrl-C. */
export async function web(args: Arguments): Promise<number> {
  const port = portOf(args);
  const given = await givenScenario(textOption(args, 'file'));
  const folder = join(packageRoot(), 'dist', 'web');
  if (!existsSync(join(folder, 'index.html'))) {
    throw new UsageError(
      `The page has not been built: there is no ${join(folder, 'index.html')}. Run \`npm run build\`.`,
    );
  }
  const server = await PageServer.start(folder, given, port);
  process.stdout.write(`${server.address}\n`);
  note('Ctrl-C ends it.');
  await interrupted();
  await server.close();
  return EXIT.ok;
}

function portOf(args: Arguments): number {
  const written = textOption(args, 'port') ?? '';
  const port = Number(written);
  if (/^\d+$/.test(written) && port <= 65_535) return port;
  throw new UsageError(`--port: expected a number from 0 to 65535, not \`${written}\``);
}

/** The file that the page is to show, checked here, so that what is wrong is said where it was asked for. */
async function givenScenario(file: string | undefined): Promise<GivenScenario | undefined> {
  if (file === undefined) return undefined;
  const { scenario } = await loadScenario(file);
  if (scenario.plugins.length > 0) {
    throw new UsageError(`${file} needs plugins, which the page does not run. \`overcontrol run\` does.`);
  }
  return { text: readFileSync(file, 'utf8'), file: basename(file), bases: readSourceTexts(file) };
}

async function interrupted(): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
