import type { Instance } from '@mscli/runtime/discovery';

/** When an instance is skipped, and how long at first. */
export interface OutlierRule {
  readonly failures: number;
  readonly forMs: number;
}

const MOST_DOUBLINGS = 10;

/** How one instance fares, as this gateway sees it. */
export class InstanceLoad {
  /** Requests that run. */
  outstanding = 0;
  #failures = 0;
  #timesSkipped = 0;
  #skippedUntil = Number.NEGATIVE_INFINITY;

  constructor(readonly instance: Instance) {}

  isSkipped(now: number): boolean {
    return now < this.#skippedUntil;
  }

  succeed(): void {
    this.#failures = 0;
    this.#timesSkipped = 0;
  }

  /** After it was skipped, one more failure is enough to be skipped again, for longer. */
  fail({ failures, forMs }: OutlierRule, now: number): void {
    this.#failures += 1;
    const allowed = this.#timesSkipped > 0 ? 1 : failures;
    // What still ran when it was found out says nothing new.
    if (this.#failures < allowed || this.isSkipped(now)) return;
    this.#failures = 0;
    this.#skippedUntil = now + forMs * Math.min(2 ** this.#timesSkipped, MOST_DOUBLINGS);
    this.#timesSkipped += 1;
  }
}

/** The loads of the instances that are there; an instance that was started anew begins anew. */
export class InstanceLoads {
  readonly #byId = new Map<string, InstanceLoad>();

  of(instance: Instance): InstanceLoad {
    const known = this.#byId.get(instance.id);
    if (known !== undefined && isSameStart(known.instance, instance)) return known;
    const load = new InstanceLoad(instance);
    this.#byId.set(instance.id, load);
    return load;
  }

  /** Forgets the instances that are gone. */
  keep(isThere: (id: string) => boolean): void {
    for (const id of this.#byId.keys()) if (!isThere(id)) this.#byId.delete(id);
  }

  /** Those that are not skipped; all of them where every one is. */
  withoutOutliers(instances: readonly Instance[], now: number): readonly Instance[] {
    if (!instances.some((instance) => this.of(instance).isSkipped(now))) return instances;
    const sound = instances.filter((instance) => !this.of(instance).isSkipped(now));
    return sound.length === 0 ? instances : sound;
  }
}

function isSameStart(one: Instance, other: Instance): boolean {
  return one === other || (one.startedAt === other.startedAt && one.url === other.url);
}
