import type { ProcessRecord } from './process-record.js';
import { ServiceBuild } from './service-build.js';
import type { SupervisorListener } from './supervisor-event.js';

/** The builds of all services: one for all instances of a service, never two of the same service at once. */
export class ServiceBuilds implements AsyncDisposable {
  readonly #dispatch: SupervisorListener;
  readonly #builds = new Map<string, ServiceBuild>();
  /** The newest build of each service that left a bundle, or the failed first one. */
  readonly #usable = new Map<string, Promise<void>>();
  /** The services that have built before. */
  readonly #good = new Set<string>();
  /** What the newest build of a service has failed with. */
  readonly #faults = new Map<string, string>();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(dispatch: SupervisorListener) {
    this.#dispatch = dispatch;
  }

  add({ build }: ProcessRecord): void {
    if (!build || this.#builds.has(build.service)) return;
    this.#builds.set(build.service, new ServiceBuild(build));
    const first = this.#run(build.service).then(() => {});
    first.catch(() => {});
    this.#usable.set(build.service, first);
  }

  /** Lets go of the builds that none of these records has. */
  async retain(records: readonly ProcessRecord[]): Promise<void> {
    const kept = new Set(records.map(({ build }) => build?.service));
    for (const [service, build] of this.#builds) {
      if (kept.has(service)) continue;
      this.#builds.delete(service);
      this.#usable.delete(service);
      this.#good.delete(service);
      this.#faults.delete(service);
      await build[Symbol.asyncDispose]();
    }
  }

  /** Resolves when there is a bundle to run. */
  async untilBuilt({ build }: ProcessRecord): Promise<void> {
    if (build) await this.#usable.get(build.service);
  }

  uses(service: string, files: readonly string[]): boolean {
    const build = this.#builds.get(service);
    return build !== undefined && files.some((file) => build.uses(file));
  }

  /** The first error of a service's present source, if it does not build. */
  fault(service: string): string | undefined {
    const [headline, first] = this.#faults.get(service)?.split('\n') ?? [];
    return (first ?? headline)?.trim();
  }

  /** Builds anew, after builds that are under way. Fails with `BUILD_FAILED`; the event has told it already. */
  rebuild(service: string): Promise<'changed' | 'same'> {
    const result = this.#queue.then(async () => {
      await this.#usable.get(service)?.catch(() => {});
      const changed = await this.#run(service);
      this.#usable.set(service, Promise.resolve());
      return changed ? 'changed' : 'same';
    });
    this.#queue = result.catch(() => {});
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue;
    await Promise.allSettled(this.#usable.values());
    await Promise.all([...this.#builds.values()].map((build) => build[Symbol.asyncDispose]()));
  }

  async #run(service: string): Promise<boolean> {
    const build = this.#builds.get(service);
    if (!build) return false;
    try {
      const { changed, durationMs } = await build.run();
      this.#good.add(service);
      this.#faults.delete(service);
      this.#dispatch({ type: 'built', service, durationMs, changed });
      return changed;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#faults.set(service, message);
      const goesOn = this.#good.has(service)
        ? '\n  The last good build stays in use; the next change builds again.'
        : '';
      this.#dispatch({ type: 'build-failed', service, message: message + goesOn });
      throw error;
    }
  }
}
