import { bool, type FieldTable, longstr, table } from '../codec/field.js';

/** The package's own version, kept equal to package.json's by a test. */
export const VERSION = '0.1.0';

/** The RabbitMQ whose behaviour this broker follows. */
export const RABBITMQ_VERSION = '4.1.0';

/** What this broker is called where people read it. */
export const PRODUCT = 'mscli amqp-broker';

/**
 * What clients look at before they rely on an extension (RabbitMQ, "Server capabilities"). `product` and `version` tell them
 * whose dialect is spoken: Celery's kombu, for one, sets prefetch for the whole channel only with RabbitMQ from 3.3 on. What
 * this broker is stands in the other members.
 */
export function serverProperties(): FieldTable {
  return table({
    product: longstr('RabbitMQ'),
    version: longstr(RABBITMQ_VERSION),
    platform: longstr(`${PRODUCT} ${VERSION}, Node.js ${process.version}`),
    copyright: longstr('Copyright (c) the mscli authors'),
    information: longstr(
      `This is ${PRODUCT}, which behaves as RabbitMQ ${RABBITMQ_VERSION}. Licensed under the MIT License. For development and tests.`,
    ),
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
