import type { Instance } from '@mscli/runtime/discovery';

/** Takes each service's instances in turn. The one to leave out has just refused a connection. */
export class RoundRobin {
  readonly #turns = new Map<string, number>();

  choose(service: string, instances: readonly Instance[], except?: Instance): Instance | undefined {
    const candidates = except === undefined ? instances : instances.filter(({ id }) => id !== except.id);
    if (candidates.length === 0) return undefined;
    const turn = (this.#turns.get(service) ?? -1) + 1;
    this.#turns.set(service, turn);
    return candidates[turn % candidates.length];
  }
}
