/** The scope of the journal's migrations in a service's database. */
export const JOURNAL_SCOPE = 'mscli.saga';

/** The journal's tables; times are ms since 1970. Append only. */
export const journalMigrations: readonly string[] = [
  `CREATE TABLE mscli_saga (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     state TEXT NOT NULL,
     input TEXT NOT NULL,
     traceparent TEXT,
     started_at INTEGER NOT NULL,
     ended_at INTEGER,
     next_at INTEGER,
     error_code TEXT,
     error_message TEXT,
     epoch INTEGER NOT NULL,
     owner TEXT,
     token TEXT,
     lease_until INTEGER NOT NULL
   );
   CREATE INDEX mscli_saga_unfinished ON mscli_saga (lease_until) WHERE ended_at IS NULL;
   CREATE INDEX mscli_saga_started ON mscli_saga (started_at);
   CREATE TABLE mscli_saga_step (
     saga_id TEXT NOT NULL,
     position INTEGER NOT NULL,
     name TEXT NOT NULL,
     kind TEXT NOT NULL,
     state TEXT NOT NULL,
     result TEXT,
     failures INTEGER NOT NULL DEFAULT 0,
     crashes INTEGER NOT NULL DEFAULT 0,
     unknown INTEGER NOT NULL DEFAULT 0,
     PRIMARY KEY (saga_id, position)
   ) WITHOUT ROWID;
   CREATE TABLE mscli_saga_attempt (
     saga_id TEXT NOT NULL,
     position INTEGER NOT NULL,
     direction TEXT NOT NULL,
     number INTEGER NOT NULL,
     outcome TEXT NOT NULL,
     started_at INTEGER NOT NULL,
     ended_at INTEGER,
     error_code TEXT,
     error_message TEXT,
     instance TEXT NOT NULL,
     epoch INTEGER NOT NULL,
     PRIMARY KEY (saga_id, position, direction, number)
   ) WITHOUT ROWID`,
  `CREATE INDEX mscli_saga_over ON mscli_saga (ended_at) WHERE state IN ('completed', 'compensated')`,
];
