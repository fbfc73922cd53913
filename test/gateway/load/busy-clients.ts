import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Asked {
  served: number;
  /** What was answered with another status than 200, or not at all. */
  failed: string[];
  /** Of those that were served, in milliseconds. */
  latencies: number[];
}

export interface Asking {
  /** So far. */
  readonly asked: Asked;
  /** Lets the last ones finish. */
  end(): Promise<Asked>;
}

export interface AskingOptions {
  connections: number;
  path?: () => string;
  method?: string;
  body?: string;
  headers?: Record<string, string>;
}

/** Clients that ask again and again, each over a connection of its own. */
export function busyClients(port: number, { connections, ...options }: AskingOptions): Asking {
  const asked: Asked = { served: 0, failed: [], latencies: [] };
  const over = { is: false };
  const loops = Array.from({ length: connections }, () => loop(port, options, asked, over));
  return {
    asked,
    async end() {
      over.is = true;
      await Promise.all(loops);
      return asked;
    },
  };
}

async function loop(
  port: number,
  { body, path = () => '/', method = 'GET', headers = {} }: Omit<AskingOptions, 'connections'>,
  asked: Asked,
  over: { is: boolean },
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  while (!over.is) {
    const startedAt = performance.now();
    try {
      const outgoing = request({ host: '127.0.0.1', port, agent, method, headers, path: path() }).end(body);
      const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
      const content = await text(answer);
      if (answer.statusCode !== 200) asked.failed.push(`${answer.statusCode} ${content.slice(0, 200)}`);
      else {
        asked.served += 1;
        asked.latencies.push(performance.now() - startedAt);
      }
    } catch (error) {
      asked.failed.push(String(error));
    }
  }
  agent.destroy();
}
