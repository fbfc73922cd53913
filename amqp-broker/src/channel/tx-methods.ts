import { AmqpError } from '../errors.js';
import { settle } from './acknowledgements.js';
import type { ChannelContext } from './context.js';
import { unrouted } from './publish.js';
import type { HeldPublish, Transaction } from './transaction.js';

/** tx.select: publishes and settlements wait for a commit from here on. */
export function selectTransaction(channel: ChannelContext): void {
  if (channel.confirms !== undefined) {
    throw new AmqpError('PRECONDITION_FAILED', 'cannot switch from confirm to tx mode');
  }
  channel.selectTransaction();
  channel.reply('tx.select-ok', {});
}

/** tx.commit: answered once everything of it that is durable is on disk. */
export function commit(channel: ChannelContext): void {
  const { publishes, settlements } = transactionOf(channel).take();
  const outcomes = channel.client.host.together(() => {
    const sent = publishes.map((publish) => send(channel, publish));
    for (const { how, deliveries } of settlements) settle(channel, how, deliveries);
    return sent;
  });
  if (outcomes.includes('refused')) throw partial();
  const { journal } = channel.client.host;
  if (!journal.durable) {
    channel.reply('tx.commit-ok', {});
    return;
  }
  const stored = (_: number, ok: boolean) => {
    if (!channel.open) return;
    if (ok) channel.reply('tx.commit-ok', {});
    else channel.raise(partial(), 'tx.commit');
  };
  journal.wait({ stored }, 0);
}

/** tx.rollback: publishes are forgotten, settlements undone; the client still has what it had settled. */
export function rollback(channel: ChannelContext): void {
  restoreSettled(channel, transactionOf(channel));
  channel.reply('tx.rollback-ok', {});
}

/** Gives the channel back the deliveries that an unfinished transaction settled. */
export function restoreSettled(channel: Pick<ChannelContext, 'deliveries'>, transaction: Transaction): void {
  for (const { deliveries } of transaction.take().settlements) channel.deliveries.putBack(deliveries);
}

function transactionOf(channel: ChannelContext): Transaction {
  if (channel.transaction === undefined) throw new AmqpError('PRECONDITION_FAILED', 'channel is not transactional');
  return channel.transaction;
}

function send(channel: ChannelContext, publish: HeldPublish): string {
  const { host } = channel.client;
  const { exchange, routingKeys, message } = publish;
  const queues = publish.queues?.filter((queue) => host.queues.get(queue.name) === queue);
  const outcome = host.deliver(queues ?? host.route(exchange, routingKeys, message), message, true);
  if (outcome === 'unrouted') unrouted(channel, message, publish.mandatory);
  return outcome;
}

function partial(): AmqpError {
  return new AmqpError('PRECONDITION_FAILED', 'partial tx completion');
}
