import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { Client } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { TestStack } from '../setup/stack.js';
import { testGateway } from '../setup/test-gateway.js';
import { tlsGateway } from '../setup/tls-gateway.js';
import { httpUpstream } from '../setup/upstream.js';

const stack = new TestStack();
afterEach(() => stack.end());

const LARGE = 2_000_000;
const large = 'x'.repeat(LARGE);
const sizes = [0, 1, 1_000, 100_000, LARGE];

/** Says how long the body was, and answers with as many bytes as the path asks for. */
async function measuring() {
  return stack.use(
    await httpUpstream(async (incoming, outgoing) => {
      let length = 0;
      for await (const part of incoming) length += (part as Buffer).length;
      outgoing.setHeader('x-length', length);
      const body = large.slice(0, Number(incoming.url?.slice(1)));
      if (incoming.headers['x-chunked'] !== undefined) outgoing.write('');
      outgoing.end(body);
    }),
  );
}

async function gatewayFor({ url }: { url: string }) {
  return stack.use(await testGateway({ '/': { urls: [url] } }));
}

describe('undici', () => {
  it('pipelines ten requests at once on one connection', async () => {
    const gateway = await gatewayFor(await measuring());
    const client = new Client(gateway.url, { pipelining: 10 });
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const { statusCode, body } = await client.request({ method: 'GET', path: `/${n}` });
        return [statusCode, (await body.text()).length];
      }),
    );
    await client.close();
    expect(answers).toEqual(answers.map((_, n) => [200, n]));
  });

  it('sends and gets bodies of all sizes, of known length and in chunks', async () => {
    const gateway = await gatewayFor(await measuring());
    for (const size of sizes) {
      const chunks = async function* () {
        for (let at = 0; at < size; at += 10_000) yield Buffer.from(large.slice(at, Math.min(size, at + 10_000)));
      };
      for (const body of [large.slice(0, size), chunks()]) {
        const init = { method: 'POST', body, duplex: 'half', headers: { 'x-chunked': 'y' } } as RequestInit;
        const answer = await fetch(`${gateway.url}/${size}`, init);
        expect([answer.headers.get('x-length'), (await answer.text()).length]).toEqual([String(size), size]);
      }
    }
  });
});

describe('node:http', () => {
  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s over kept connections', async (method) => {
    const gateway = await gatewayFor(await measuring());
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    const ask = async (n: number) => {
      const outgoing = httpRequest({ port: gateway.port, method, agent, path: `/${n}` });
      outgoing.end(method === 'POST' || method === 'PUT' ? 'body' : undefined);
      const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
      return [answer.statusCode, (await text(answer)).length];
    };
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => ask(n)));
    agent.destroy();
    expect(answers).toEqual(answers.map((_, n) => [200, method === 'HEAD' ? 0 : n]));
  });
});

describe('curl', () => {
  const missing = missingProgram('curl', 'curl');
  const curl = async (...args: string[]) => {
    const format = ['-w', '\n%{http_code} %{size_download} %{num_connects} %header{x-length}'];
    const { stdout } = await promisify(execFile)('curl', ['-sS', ...format, ...args], { maxBuffer: 2 ** 26 });
    return stdout.slice(stdout.lastIndexOf('\n') + 1);
  };

  it('sends a file after a 100, and from a pipe in chunks', async (context) => {
    if (missing !== undefined) context.skip(missing);
    const gateway = await gatewayFor(await measuring());
    const file = process.execPath;
    const length = String(statSync(file).size);
    expect(await curl('-H', 'Expect: 100-continue', '-T', file, `${gateway.url}/5`)).toBe(`200 5 1 ${length}`);
    const chunked = ['-X', 'POST', '-H', 'Transfer-Encoding: chunked', '--data-binary', 'hello'];
    expect(await curl(...chunked, `${gateway.url}/0`)).toBe('200 0 1 5');
  });

  it('gets over HTTP/1.0, HEAD, and several files over one connection', async (context) => {
    if (missing !== undefined) context.skip(missing);
    const gateway = await gatewayFor(await measuring());
    expect(await curl('--http1.0', `${gateway.url}/100000`)).toBe('200 100000 1 0');
    expect(await curl('--head', `${gateway.url}/7`)).toMatch(/^200 0 1 /);
    const two = ['-o', '/dev/null', `${gateway.url}/1`, '-o', '/dev/null', `${gateway.url}/2`];
    expect(await curl(...two)).toBe('200 2 0 0');
  });
});

const h2loadMissing = missingProgram('h2load', 'nghttp2-client');

describe.skipIf(h2loadMissing !== undefined)(
  `h2load${h2loadMissing === undefined ? '' : ` (${h2loadMissing})`}`,
  () => {
    it.each([
      ['HTTP/2', 'h2'],
      ['HTTP/1.1', 'http/1.1'],
    ])('has every request answered over %s', { timeout: 60_000 }, async (_, protocol) => {
      const upstream = await measuring();
      const gateway = stack.use(await tlsGateway({ '/': { urls: [upstream.url] } }));
      const args = [
        '-n',
        '3000',
        '-c',
        '16',
        '-m',
        '8',
        `--npn-list=${protocol}`,
        `https://localhost:${gateway.port}/1000`,
      ];
      const { stdout } = await promisify(execFile)('h2load', args);
      expect(stdout).toContain(`Application protocol: ${protocol}`);
      expect(stdout).toContain('3000 total, 3000 started, 3000 done, 3000 succeeded, 0 failed, 0 errored, 0 timeout');
      expect(stdout).toContain('status codes: 3000 2xx');
    });
  },
);

function missingProgram(name: string, debian: string): string | undefined {
  const { error } = spawnSync(name, ['--version']);
  return error === undefined ? undefined : `${name} is not installed (Debian: apt-get install ${debian})`;
}
