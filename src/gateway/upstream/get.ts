import { once } from 'node:events';
import { type IncomingMessage, request as requestPlainly } from 'node:http';
import { Agent, request as requestSecurely } from 'node:https';
import type { Authorities } from './trusted-authorities.js';

/** Asks for what the gateway itself wants of a service. No redirect is followed, and the answer has to be read or destroyed. */
export async function get(
  url: URL,
  { signal, authorities }: { signal: AbortSignal; authorities: Authorities },
): Promise<IncomingMessage> {
  const options = { signal, headers: { accept: 'application/json', 'accept-encoding': 'identity' } };
  const asked =
    url.protocol === 'https:'
      ? requestSecurely(url, { ...options, agent: new Agent({ secureContext: authorities() }) })
      : requestPlainly(url, { ...options, agent: false });
  // Behind the head it is the answer that breaks off; an error of the request then has no other listener.
  asked.on('error', () => {});
  asked.end();
  const [answer] = await once(asked, 'response');
  return answer;
}

/** The text of an answer; undefined, and the rest of it is not read, where it has more bytes. */
export async function textOf(answer: IncomingMessage, mostBytes: number): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of answer) {
    parts.push(part);
    length += part.length;
    if (length > mostBytes) return undefined;
  }
  return new TextDecoder().decode(Buffer.concat(parts));
}
