import { addBinding, bindingsBetween, listBindings, readBinding, removeBinding } from './bindings.js';
import { listChannels, readChannel } from './channels.js';
import { closeConnection, listConnections, readConnection } from './connections.js';
import { listConsumers } from './consumers.js';
import { bindingsOfExchange, listExchanges, putExchange, readExchange, removeExchangeNamed } from './exchanges.js';
import { getMessages, publishMessage } from './messages.js';
import { alarms, listNodes, overview } from './overview.js';
import { bindingsOfQueue, listQueues, purge, putQueue, readQueue, removeQueueNamed } from './queues.js';
import type { Routes } from './route.js';
import { listPermissions, listUsers, putPermission, readPermission, readUser, whoami } from './users.js';
import { listHosts, putHost, readHost, removeHost } from './vhosts.js';

const BETWEEN_QUEUE = 'bindings/:vhost/e/:source/q/:queue';
const BETWEEN_EXCHANGES = 'bindings/:vhost/e/:source/e/:exchange';

/** The calls, by their paths below /api/. */
export const API: Routes = {
  overview: { GET: overview },
  nodes: { GET: listNodes },
  whoami: { GET: whoami },
  'health/checks/alarms': { GET: alarms },
  vhosts: { GET: listHosts },
  'vhosts/:vhost': { GET: readHost, PUT: putHost, DELETE: removeHost },
  'vhosts/:vhost/permissions': { GET: listPermissions },
  'vhosts/:vhost/connections': { GET: listConnections },
  connections: { GET: listConnections },
  'connections/:connection': { GET: readConnection, DELETE: closeConnection },
  'connections/:connection/channels': { GET: listChannels },
  channels: { GET: listChannels },
  'channels/:channel': { GET: readChannel },
  consumers: { GET: listConsumers },
  'consumers/:vhost': { GET: listConsumers },
  queues: { GET: listQueues },
  'queues/:vhost': { GET: listQueues },
  'queues/:vhost/:queue': { GET: readQueue, PUT: putQueue, DELETE: removeQueueNamed },
  'queues/:vhost/:queue/contents': { DELETE: purge },
  'queues/:vhost/:queue/bindings': { GET: bindingsOfQueue },
  'queues/:vhost/:queue/get': { POST: getMessages },
  exchanges: { GET: listExchanges },
  'exchanges/:vhost': { GET: listExchanges },
  'exchanges/:vhost/:exchange': { GET: readExchange, PUT: putExchange, DELETE: removeExchangeNamed },
  'exchanges/:vhost/:exchange/bindings/:side': { GET: bindingsOfExchange },
  'exchanges/:vhost/:exchange/publish': { POST: publishMessage },
  bindings: { GET: listBindings },
  'bindings/:vhost': { GET: listBindings },
  [BETWEEN_QUEUE]: { GET: bindingsBetween, POST: addBinding },
  [`${BETWEEN_QUEUE}/:key`]: { GET: readBinding, DELETE: removeBinding },
  [BETWEEN_EXCHANGES]: { GET: bindingsBetween, POST: addBinding },
  [`${BETWEEN_EXCHANGES}/:key`]: { GET: readBinding, DELETE: removeBinding },
  users: { GET: listUsers },
  'users/:user': { GET: readUser },
  'users/:user/permissions': { GET: listPermissions },
  permissions: { GET: listPermissions },
  'permissions/:vhost/:user': { GET: readPermission, PUT: putPermission },
};
