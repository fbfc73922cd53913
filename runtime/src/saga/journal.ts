import { MscliError } from '../errors.js';
import type { Database, Transaction } from '../state/database.js';
import { type AttemptRow, readRows, type SagaRow, type StepRow, toRecord } from './journal-rows.js';
import { JOURNAL_SCOPE, journalMigrations } from './journal-schema.js';
import type { PublishSagaEvent, SagaEvent } from './saga-events.js';
import type { SagaRecord } from './saga-record.js';
import { writeChanges } from './write-changes.js';

/** Who writes: the instance for people to read, the token to tell two processes of one name apart. */
export interface Holder {
  readonly instance: string;
  readonly token: string;
  readonly leaseMs: number;
}

/** Another deployment may have longer leases than this one, but hardly by more, in ms. */
const LONGEST_OTHER_LEASE_MS = 60_000;

/** The sagas of one service in its database, as one process reads and writes them. */
export class Journal {
  readonly #db: Database;
  readonly #holder: Holder;
  readonly #publish: PublishSagaEvent;
  readonly #now: () => number;

  constructor(db: Database, holder: Holder, publish: PublishSagaEvent, now: () => number) {
    this.#db = db;
    this.#holder = holder;
    this.#publish = publish;
    this.#now = now;
  }

  prepare(): Promise<void> {
    return this.#db.migrate(JOURNAL_SCOPE, journalMigrations);
  }

  /**
   * Writes a new saga, held by this process; false when one of that id is there already.
   *
   * @throws {MscliError} `SAGA_ID_TAKEN`
   */
  async insert(tx: Transaction, record: SagaRecord): Promise<boolean> {
    const { instance, token } = this.#holder;
    const { id, name, state, input, traceparent = null, startedAt, epoch } = record;
    const { changes } = await tx.run(
      `INSERT INTO mscli_saga (id, name, state, input, traceparent, started_at, epoch, owner, token, lease_until)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
      [id, name, state, input, traceparent, startedAt, epoch, instance, token, this.#leaseUntil()],
    );
    if (changes === 0) {
      const other = await tx.get<{ name: string }>('SELECT name FROM mscli_saga WHERE id = ?', [id]);
      if (other?.name === name) return false;
      throw new MscliError('SAGA_ID_TAKEN', `The saga id ${id} belongs to a saga ${other?.name} already.`);
    }
    await tx.run(
      `INSERT INTO mscli_saga_step (saga_id, position, name, kind, state)
       SELECT ?, key, value ->> 'name', value ->> 'kind', value ->> 'state' FROM json_each(?)`,
      [id, JSON.stringify(record.steps.map(({ name, kind, state }) => ({ name, kind, state })))],
    );
    await this.#tell(tx, [{ type: 'saga.started', data: { sagaId: id, saga: name } }]);
    return true;
  }

  /**
   * Writes what has changed, and tells of it, in one transaction; renews the lease, or gives it up.
   *
   * @throws {MscliError} `SAGA_LEASE_LOST` when another process has taken the saga over: nothing is written
   */
  async save(
    before: SagaRecord,
    after: SagaRecord,
    events: readonly SagaEvent[],
    { release = false }: { release?: boolean } = {},
  ): Promise<void> {
    const { instance, token } = this.#holder;
    const lease = release
      ? { owner: null, token: null, until: 0 }
      : { owner: instance, token, until: this.#leaseUntil() };
    await this.#db.transaction(async (tx) => {
      // All at once: the worker takes them in order, and a lost lease rolls them all back.
      const [fenced] = await Promise.all([
        tx.run(
          `UPDATE mscli_saga SET state = ?, ended_at = ?, next_at = ?, error_code = ?, error_message = ?, owner = ?,
             token = ?, lease_until = ? WHERE id = ? AND epoch = ? AND token = ?`,
          [
            ...[after.state, after.endedAt ?? null, after.nextAt ?? null],
            ...[after.error?.code ?? null, after.error?.message ?? null],
            ...[lease.owner, lease.token, lease.until],
            ...[after.id, after.epoch, token],
          ],
        ),
        writeChanges(tx, before, after),
        this.#tell(tx, events),
      ]);
      if (fenced.changes !== 1) {
        throw new MscliError('SAGA_LEASE_LOST', `Another instance has taken the saga ${after.id} over.`);
      }
    });
  }

  /**
   * Takes over up to `limit` sagas that nobody runs, each with a higher epoch, but for those in `except`. A lease that lasts
   * longer than any can is of a clock that has been set back since.
   */
  async claim(
    limit: number,
    except: readonly string[],
    { fromNamesake }: { fromNamesake: boolean },
  ): Promise<string[]> {
    const { instance, token } = this.#holder;
    // SQLite would walk through all that ever ran, every second, for the sake of the order.
    const unheld = `SELECT id FROM mscli_saga INDEXED BY mscli_saga_unfinished
       WHERE ended_at IS NULL AND (lease_until NOT BETWEEN ? AND ? OR (? AND owner = ? AND token <> ?))
       AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY started_at LIMIT ?`;
    const now = this.#now();
    const which = [
      now,
      now + this.#holder.leaseMs + LONGEST_OTHER_LEASE_MS,
      fromNamesake ? 1 : 0,
      instance,
      token,
      JSON.stringify(except),
      limit,
    ];
    if ((await this.#db.get(unheld, which)) === undefined) return [];
    return this.#db.transaction(async (tx) => {
      const rows = await tx.all<{ id: string }>(
        `UPDATE mscli_saga SET epoch = epoch + 1, owner = ?, token = ?, lease_until = ? WHERE id IN (${unheld}) RETURNING id`,
        [instance, token, this.#leaseUntil(), ...which],
      );
      return rows.map((row) => row.id);
    });
  }

  /** Prolongs the leases of these sagas; answers with those that are still this process's. */
  async renew(ids: readonly string[]): Promise<Set<string>> {
    return this.#db.transaction(async (tx) => {
      const rows = await tx.all<{ id: string }>(
        `UPDATE mscli_saga SET lease_until = ? WHERE token = ? AND id IN (SELECT value FROM json_each(?)) RETURNING id`,
        [this.#leaseUntil(), this.#holder.token, JSON.stringify(ids)],
      );
      return new Set(rows.map((row) => row.id));
    });
  }

  async load(id: string): Promise<SagaRecord | undefined> {
    const [saga, steps, attempts] = await Promise.all([
      this.#db.get<SagaRow>(readRows.saga, [id]),
      this.#db.all<StepRow>(readRows.steps, [id]),
      this.#db.all<AttemptRow>(readRows.attempts, [id]),
    ]);
    return saga && toRecord(saga, steps, attempts);
  }

  /** In order, whatever each of them waits for. */
  async #tell(tx: Transaction, events: readonly SagaEvent[]): Promise<void> {
    for (const { type, data } of events) await this.#publish(type, data, { tx });
  }

  #leaseUntil(): number {
    return this.#now() + this.#holder.leaseMs;
  }
}
