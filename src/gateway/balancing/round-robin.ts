import type { Instance } from '@mscli/runtime/discovery';

/** Takes each service's instances in turn. Those to leave out have just refused a connection. */
export class RoundRobin {
  readonly #turns = new Map<string, number>();

  choose(service: string, instances: readonly Instance[], except: readonly Instance[] = []): Instance | undefined {
    const candidates = except.length === 0 ? instances : instances.filter((instance) => !except.includes(instance));
    if (candidates.length === 0) return undefined;
    const turn = (this.#turns.get(service) ?? -1) + 1;
    this.#turns.set(service, turn);
    return candidates[turn % candidates.length];
  }
}
