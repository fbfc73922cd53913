/** The durable topic exchange that carries every event; the routing key is the event's type. */
export const EXCHANGE = 'events';

/** The options with which every mscli process declares {@link EXCHANGE}: a broker refuses a declaration that differs. */
export const exchangeOptions = { durable: true } as const;

/** The queue of a subscription, shared by the instances of its service. */
export function queueName(service: string, subscription: string): string {
  return `${service}.${subscription}`;
}

/** The queue that holds the events a subscription gave up on. */
export function deadLetterQueueName(queue: string): string {
  return `${queue}.dead`;
}

/**
 * The options with which a subscription's queue is declared, always the same ones: a broker refuses a declaration that
 * differs (AMQP 0-9-1 §1.7.2.1, `queue.declare`, "equivalent"). What the broker itself rejects or expires also lands in
 * the dead-letter queue.
 */
export function queueOptions(queue: string) {
  return {
    durable: true,
    arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': deadLetterQueueName(queue) },
  } as const;
}

/** The options with which a dead-letter queue is declared. */
export const deadLetterQueueOptions = { durable: true } as const;
