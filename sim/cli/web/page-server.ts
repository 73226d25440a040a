import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, relative, sep } from 'node:path';
import { UsageError } from '../exit.ts';

/** A scenario that the page is to show, with the texts of the files that it extends, by the name that it calls them. */
export interface GivenScenario {
  readonly text: string;
  readonly file: string;
  readonly bases: Readonly<Record<string, string>>;
}

const HOST = '127.0.0.1';
const GIVEN = '/given-scenario.json';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
};

/** What the browser may do with the page: load what is here, and nothing from, or to, anywhere else. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
};

interface PageFile {
  readonly type: string;
  readonly content: string | Buffer;
}

/** The built page on a port of this machine, from memory: no path of a request ever reaches the disk. */
export class PageServer {
  readonly address: string;
  private readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
    this.address = `http://${HOST}:${(server.address() as AddressInfo).port}/`;
  }

  /** @throws UsageError if the port is taken or may not be used */
  static async start(folder: string, given: GivenScenario | undefined, port: number): Promise<PageServer> {
    const files = filesOf(folder, given);
    const server = createServer((request, response) => answer(files, request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', ({ code, message }: NodeJS.ErrnoException) => {
        const why =
          code === 'EADDRINUSE' ? 'is taken: give another, or 0 for any that is free' : `cannot be used: ${message}`;
        reject(new UsageError(`--port: ${port} ${why}`));
      });
      server.listen(port, HOST, resolve);
    });
    return new PageServer(server);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function filesOf(folder: string, given: GivenScenario | undefined): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = `/${relative(folder, file).split(sep).join('/')}`;
    files.set(path, { type: TYPES[extname(file)] ?? 'application/octet-stream', content: readFileSync(file) });
  }
  const index = files.get('/index.html')!;
  let page = index.content.toString();
  if (given !== undefined) {
    page = page.replace('<title>', `<meta name="overcontrol-scenario" content=".${GIVEN}" />\n    <title>`);
    files.set(GIVEN, { type: TYPES['.json'], content: JSON.stringify(given) });
  }
  files.set('/index.html', { ...index, content: page });
  files.set('/', { ...index, content: page });
  return files;
}

function answer(files: ReadonlyMap<string, PageFile>, request: IncomingMessage, response: ServerResponse): void {
  const { method = 'GET', url = '/', headers } = request;
  // A page elsewhere that points its name at this machine is not answered.
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  if (host !== HOST && host !== 'localhost') {
    response.writeHead(421, HEADERS).end();
    return;
  }
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { ...HEADERS, allow: 'GET, HEAD' }).end();
    return;
  }
  const file = files.get(url.replace(/[?#].*$/, ''));
  if (file === undefined) {
    response.writeHead(404, HEADERS).end();
    return;
  }
  response.writeHead(200, { ...HEADERS, 'content-type': file.type });
  response.end(method === 'HEAD' ? undefined : file.content);
}
