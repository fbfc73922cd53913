import type { DiscoveryFile } from '../discovery/index.js';
import type { ServiceDefinition } from './define-service.js';

/** Lets operators see what else of a service they stop when they stop its calls. Nothing is written where it is known already. */
export async function tellReactions(file: DiscoveryFile, definition: ServiceDefinition): Promise<void> {
  const { name, subscriptions = [], sagas = [] } = definition;
  const reactions = {
    subscriptions: subscriptions.map((subscription) => subscription.name).sort(),
    sagas: sagas.map((saga) => saga.name).sort(),
  };
  const known = file.snapshot.reactions[name] ?? { subscriptions: [], sagas: [] };
  if (JSON.stringify([known.subscriptions, known.sagas]) === JSON.stringify(Object.values(reactions))) return;
  await file.update((draft) => {
    draft.reactions[name] = reactions;
  });
}
