import { bool, type FieldTable, longstr, table } from '../codec/field.js';

/** Kept equal to package.json's version by a test. */
export const VERSION = '0.1.0';

/** What clients look at before they rely on an extension (RabbitMQ, "Server capabilities"). */
export function serverProperties(): FieldTable {
  return table({
    product: longstr('mscli amqp-broker'),
    version: longstr(VERSION),
    platform: longstr(`Node.js ${process.version}`),
    copyright: longstr('Copyright (c) the mscli authors'),
    information: longstr('Licensed under the MIT License. For development and tests.'),
    cluster_name: longstr('amqp-broker'),
    capabilities: {
      type: 'table',
      value: table({
        publisher_confirms: bool(true),
        exchange_exchange_bindings: bool(true),
        'basic.nack': bool(true),
        consumer_cancel_notify: bool(true),
        'connection.blocked': bool(true),
        consumer_priorities: bool(true),
        authentication_failure_close: bool(true),
        per_consumer_qos: bool(true),
        direct_reply_to: bool(true),
      }),
    },
  });
}
