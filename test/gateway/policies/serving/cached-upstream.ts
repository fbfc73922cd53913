import type { IncomingMessage, ServerResponse } from 'node:http';
import { request } from 'undici';
import type { Limits } from '../../../../src/gateway/limits.js';
import type { TestStack } from '../../setup/stack.js';
import { testGateway } from '../../setup/test-gateway.js';
import { httpUpstream } from '../../setup/upstream.js';

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse, count: number) => void;

/** A gateway with a cache before a service that counts what reaches it. */
export async function cached(
  stack: TestStack,
  listener: Listener,
  { policies, limits }: { policies?: object; limits?: Partial<Limits> } = {},
) {
  const seen: IncomingMessage[] = [];
  const upstream = stack.use(
    await httpUpstream((incoming, outgoing) => listener(incoming, outgoing, seen.push(incoming))),
  );
  const routes = { '/a': { urls: [upstream.url], policies: { cache: {}, ...policies } } };
  const gateway = stack.use(await testGateway(routes, limits === undefined ? {} : { limits }));
  const ask = async (path = '/a', headers: Record<string, string> = {}, method = 'GET') => {
    const response = await request(`${gateway.url}${path}`, { method: method as 'GET', headers });
    const text = await response.body.text();
    const { statusCode: status } = response;
    return { status, text, headers: response.headers, cache: response.headers['cache-status'] };
  };
  const outcomes = () => gateway.requests().map(({ cache }) => cache);
  return { gateway, upstream, seen, ask, outcomes };
}

export function answer(text: string, headers: Record<string, string | string[]>, status = 200): Listener {
  return (_, outgoing) => void outgoing.writeHead(status, headers).end(text);
}
