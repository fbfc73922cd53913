import { RawClient } from '../support/raw-client.js';
import type { Scenario } from './observe.js';

/** What a client does that ends its connection: the broker's words for it are compared. */
export function closedBy(name: string, work: (raw: RawClient) => void): Scenario {
  return {
    name,
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      work(raw);
      const { replyCode, replyText, classId, methodId } = await raw.next('connection.close');
      return { replyCode, replyText, classId, methodId };
    },
  };
}
