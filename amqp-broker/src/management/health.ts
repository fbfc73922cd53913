import { type Answer, ApiError, found } from './answer.js';
import { type Call, hostOf } from './call.js';
import { NODE } from './node.js';
import { alarmsOf } from './overview.js';

const OK = { status: 'ok' };

/** Whether publishers are blocked. */
export function alarms({ api }: Call): Answer {
  const inEffect = alarmsOf(api);
  return inEffect.length === 0 ? found(OK) : failed('There are alarms in effect', { alarms: inEffect });
}

/** It answers, so it works. */
export function alive(): Answer {
  return found(OK);
}

export function aliveHost(call: Call): Answer {
  hostOf(call);
  return found(OK);
}

export function singleNode(): Answer {
  return found({ ...OK, reason: 'single node cluster' });
}

export function portListener({ api, params }: Call): Answer {
  const port = Number(params.port);
  if (!Number.isInteger(port)) throw new ApiError(400, 'bad_request', 'Invalid port');
  const ports = [api.ports.amqp, api.ports.http];
  return ports.includes(port) ? found({ ...OK, port }) : failed('No active listener', { missing: port, ports });
}

export function protocolListener({ params: { protocol = '' } }: Call): Answer {
  const known = PROTOCOLS.get(protocol.toLowerCase());
  if (known !== undefined) return found({ ...OK, protocol: known });
  return failed('No active listener', { missing: protocol, protocols: [...new Set(PROTOCOLS.values())] });
}

export function clusterName(): Answer {
  return found({ name: NODE });
}

/** Names of protocols, and what RabbitMQ calls them. */
const PROTOCOLS = new Map([
  ['amqp', 'amqp'],
  ['amqp091', 'amqp'],
  ['amqp0.9.1', 'amqp'],
  ['http', 'http'],
]);

function failed(reason: string, more: object): Answer {
  return { status: 503, body: { status: 'failed', reason, ...more } };
}
