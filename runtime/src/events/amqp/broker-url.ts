import { MscliError } from '../../errors.js';

/** Seconds between heartbeats: a peer that vanished without a word is noticed after two. */
const heartbeat = 20;

/**
 * The URL with our heartbeat, where it names none.
 *
 * @throws {MscliError} `INVALID_BROKER_URL` when it is no amqp(s) URL
 */
export function withHeartbeat(url: string): string {
  const parsed = parse(url);
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', String(heartbeat));
  return parsed.href;
}

/** Host and port, without the credentials: fit for a log. */
export function serverOf(url: string): string {
  return parse(url).host;
}

function parse(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && (parsed.protocol === 'amqp:' || parsed.protocol === 'amqps:')) return parsed;
  const shown = parsed ? `${parsed.protocol}//${parsed.host}` : 'The value';
  throw new MscliError('INVALID_BROKER_URL', `${shown} is not the URL of an AMQP broker.`, {
    hint: 'Set MSCLI_BROKER_URL to something like amqp://user:password@127.0.0.1:5672.',
  });
}
