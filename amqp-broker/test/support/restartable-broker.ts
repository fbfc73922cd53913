import { type BrokerHandle, testBroker } from '../../src/index.js';
import { temporaryFolder } from './temporary-folder.js';

export interface RestartableBroker extends AsyncDisposable {
  readonly url: string;
  readonly broker: BrokerHandle;
  /** Stops it and starts another on the same port with the same data. */
  restart(): Promise<void>;
}

/** A broker with data on disk that can go and come back while clients are connected. */
export async function restartableBroker(): Promise<RestartableBroker> {
  const folder = await temporaryFolder();
  let broker = await testBroker({ dataDir: folder.path });
  const { port, url } = broker;
  return {
    url,
    get broker() {
      return broker;
    },
    async restart() {
      await broker.stop();
      broker = await testBroker({ port, dataDir: folder.path });
    },
    async [Symbol.asyncDispose]() {
      await broker.stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}
