import { mkdirSync, rmSync, statSync, writeFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';

/**
 * A headless Chromium for tests, on a machine that has nothing but npm packages: the browser comes in one of them, with
 * the libraries that a bare system lacks. Pages are served from memory on 127.0.0.1; whatever else they ask for is
 * refused and written down, as are errors on the console.
 */
export class TestBrowser {
  private readonly browser: Browser;

  private constructor(browser: Browser) {
    this.browser = browser;
  }

  static async launch(): Promise<TestBrowser> {
    const { executablePath, args, env } = await unpacked();
    const browser = await chromium.launch({
      executablePath,
      headless: true,
      env,
      // In one process a page that is closed while its workers run takes the browser with it.
      args: [...args.filter((arg) => arg !== '--single-process'), '--no-sandbox', '--disable-background-networking'],
    });
    return new TestBrowser(browser);
  }

  get version(): string {
    return this.browser.version();
  }

  /** Opens `path` of a site that consists of `files`. */
  async open(files: SiteFiles, path = '/'): Promise<TestPage> {
    const site = await Site.serve(files);
    const context = await this.browser.newContext();
    return TestPage.open(context, site, path);
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** A page of a site in memory, and what went wrong on it. */
export class TestPage {
  readonly page: Page;
  /** Where the site is, without a slash at its end. */
  readonly origin: string;
  /** Errors and warnings on the console, errors that nobody caught, and requests that would have left the machine. */
  readonly problems: string[] = [];
  private readonly context: BrowserContext;
  private readonly site: Site;

  private constructor(context: BrowserContext, site: Site, page: Page) {
    this.context = context;
    this.site = site;
    this.page = page;
    this.origin = site.origin;
  }

  static async open(context: BrowserContext, site: Site, path: string): Promise<TestPage> {
    const page = await context.newPage();
    const opened = new TestPage(context, site, page);
    await opened.watch();
    await page.goto(`${site.origin}${path}`);
    return opened;
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.site.close();
  }

  private async watch(): Promise<void> {
    const { page, problems, origin } = this;
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
    await this.context.route(
      ({ href }) => !href.startsWith(`${origin}/`),
      (route) => {
        problems.push(`request: ${route.request().url()}`);
        return route.abort();
      },
    );
  }
}

/** Files by their path from the root of the site, such as `/` and `/worker.js`. */
export type SiteFiles = Readonly<Record<string, string | Uint8Array>>;

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  mjs: 'text/javascript',
  css: 'text/css',
  json: 'application/json',
  svg: 'image/svg+xml',
  wasm: 'application/wasm',
};

/** A static site in memory, on a free port of this machine. */
class Site {
  readonly origin: string;
  private readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async serve(files: SiteFiles): Promise<Site> {
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://site').pathname;
      const content = Object.hasOwn(files, path) ? files[path] : undefined;
      // Browsers ask for an icon unasked.
      if (content === undefined) return response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
      const type = TYPES[/\.(\w+)$/.exec(path)?.[1] ?? ''] ?? 'text/html';
      return response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(content);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Site(server);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** The browser's files, unpacked, and what it is to be started with. */
interface Unpacked {
  readonly executablePath: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
}

/** Where the browser of the package is unpacked, once for all tests of this machine. */
const FOLDER = join(tmpdir(), 'overcontrol-chromium-147.0.0');
const READY = join(FOLDER, 'ready');
const LOCK = `${FOLDER}.lock`;
/** A test that was killed while it unpacked leaves its lock behind for so long. */
const STALE_MS = 60_000;

async function unpacked(): Promise<Unpacked> {
  await takeLock();
  const before = { ...process.env };
  try {
    if (!existsSync(READY)) rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(FOLDER, { recursive: true });
    process.env['TMPDIR'] = FOLDER;
    // So it brings the libraries that a bare system lacks; it looks when it is imported.
    process.env['AWS_LAMBDA_JS_RUNTIME'] = 'nodejs22.x';
    const { default: packaged } = await import('@sparticuz/chromium');
    const executablePath = await packaged.executablePath();
    writeFileSync(READY, '');
    const env = { ...process.env, TMPDIR: before['TMPDIR'] ?? tmpdir() } as Record<string, string>;
    return { executablePath, args: packaged.args, env };
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
    rmSync(LOCK, { recursive: true, force: true });
  }
}

/** One process unpacks; the others wait for it. */
async function takeLock(): Promise<void> {
  for (;;) {
    try {
      mkdirSync(LOCK);
      return;
    } catch {
      if (isStale()) rmSync(LOCK, { recursive: true, force: true });
      await sleep(50);
    }
  }
}

function isStale(): boolean {
  const stat = statSync(LOCK, { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs > STALE_MS;
}
