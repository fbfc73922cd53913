/** The scope under which the tables of the event bus migrate: no service can have that name. */
export const eventTablesScope = 'mscli.events';

/** The outbox, who relays it, and the inbox. Append only. */
export const eventTables: readonly string[] = [
  `CREATE TABLE mscli_outbox (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     routing_key TEXT NOT NULL,
     content BLOB NOT NULL,
     properties TEXT NOT NULL
   ) STRICT`,
  `CREATE TABLE mscli_outbox_relay (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     holder TEXT NOT NULL,
     until INTEGER NOT NULL
   ) STRICT`,
  `CREATE TABLE mscli_inbox (
     subscription TEXT NOT NULL,
     event TEXT NOT NULL,
     handled_at INTEGER NOT NULL,
     PRIMARY KEY (subscription, event)
   ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX mscli_inbox_by_age ON mscli_inbox (handled_at)',
  `CREATE TABLE mscli_redelivery (
     subscription TEXT NOT NULL,
     event TEXT NOT NULL,
     runs INTEGER NOT NULL,
     PRIMARY KEY (subscription, event)
   ) STRICT, WITHOUT ROWID`,
];
