import { RawClient } from '../support/raw-client.js';
import { type Scenario, within } from './observe.js';

/** What the own test suites of clients rely on, and no other scenario here shows. */
export const clientSuites: readonly Scenario[] = [
  {
    name: 'a connection that its client closed answers a second close, until the client ends the socket',
    run: async ({ url }) => {
      await using raw = await RawClient.open(url);
      const close = () => raw.method(0, 'connection.close', { replyCode: 200, replyText: '', classId: 0, methodId: 0 });
      close();
      await raw.next('connection.close-ok');
      close();
      await within(raw.next('connection.close-ok'), 'the second close was not answered');
      const left = raw.closed;
      raw.socket.end();
      await within(raw.end(), 'the socket was not ended');
      return { left };
    },
  },
];
