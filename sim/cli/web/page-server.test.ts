import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overcontrolHere } from '../testing/program.ts';
import { PageServer } from './page-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'page-'));
const given = { text: 'name: mine', file: 'mine.yaml', bases: {} };

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks without the tidying that `fetch` does to paths and headers. */
async function ask(
  server: PageServer,
  path: string,
  options: { method?: string; host?: string } = {},
): Promise<Answer> {
  const { port, host } = new URL(server.address);
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers: { host: options.host ?? host } },
      (response) => {
        let body = '';
        response.on('data', (part: Buffer) => (body += part.toString()));
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

describe('the page server', () => {
  let server: PageServer;

  beforeAll(async () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>');
    writeFileSync(join(folder, 'assets', 'a.js'), 'export {};');
    server = await PageServer.start(folder, given, 0);
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it('serves the page and its files with a policy that lets nothing out', async () => {
    const page = await ask(server, '/');
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    expect(page.headers['content-security-policy']).not.toMatch(/unsafe|https?:|\*/);
    const script = await ask(server, '/assets/a.js?v=1');
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['x-content-type-options']).toBe('nosniff');
  });

  it('hands the given scenario to the page', async () => {
    expect((await ask(server, '/')).body).toContain('name="overcontrol-scenario" content="./given-scenario.json"');
    expect(JSON.parse((await ask(server, '/given-scenario.json')).body)).toEqual(given);
  });

  it.each(['/../package.json', '/..%2f..%2fetc/passwd', '/assets/', '/none'])('knows nothing of %s', async (path) => {
    expect((await ask(server, path)).status).toBe(404);
  });

  it('changes nothing', async () => {
    expect((await ask(server, '/', { method: 'POST' })).status).toBe(405);
  });

  it('does not answer to the name of another host', async () => {
    expect((await ask(server, '/', { host: 'evil.example' })).status).toBe(421);
  });

  it.each([
    [['web', '--port', 'x'], '--port: expected a number from 0 to 65535, not `x`'],
    [['web', 'none.yaml'], 'none.yaml: there is no such file'],
    [['web', 'sim/cli/testing/wrong.yaml'], 'sim/cli/testing/wrong.yaml:'],
  ])('is not begun by %j', async (args, complaint) => {
    const ended = await overcontrolHere(args);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(complaint);
    expect(ended.stdout).toBe('');
  });

  it('says that a port is taken', async () => {
    const port = Number(new URL(server.address).port);
    await expect(PageServer.start(folder, undefined, port)).rejects.toThrow(
      `--port: ${port} is taken: give another, or 0 for any that is free`,
    );
  });
});
