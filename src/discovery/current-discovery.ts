import { type Discovery, discoveryPath, readDiscovery } from '@mscli/runtime/discovery';

/** What the discovery file holds now. A damaged file is reported and never stops a command. */
export function currentDiscovery(stateUrl: string, say: (text: string) => void): Promise<Readonly<Discovery>> {
  return readDiscovery(discoveryPath(stateUrl), {
    onCorrupt: ({ path, faults, movedTo, restoredRevision }) => {
      say(`${path} is damaged: ${faults.join(' ')}`);
      if (movedTo === undefined) return;
      const next = restoredRevision === undefined ? 'an empty one' : 'what was last written';
      say(`It was moved to ${movedTo}; ${next} takes its place.`);
    },
  });
}
