import { addBinding, bindingsBetween, listBindings, readBinding, removeBinding } from './bindings.js';
import { listChannels, readChannel } from './channels.js';
import {
  closeConnection,
  closeConnectionsOfUser,
  connectionsOfUser,
  listConnections,
  readConnection,
} from './connections.js';
import { listConsumers } from './consumers.js';
import { exportDefinitions, exportHost, importDefinitions, importHost } from './definitions.js';
import { bindingsOfExchange, listExchanges, putExchange, readExchange, removeExchangeNamed } from './exchanges.js';
import { alarms, alive, aliveHost, clusterName, portListener, protocolListener, singleNode } from './health.js';
import { getMessages, publishMessage } from './messages.js';
import { listNodes, overview, readNode } from './overview.js';
import { listPermissions, putPermission, readPermission, removePermission } from './permissions.js';
import { bindingsOfQueue, listQueues, purge, putQueue, readQueue, removeQueueNamed } from './queues.js';
import type { Routes } from './route.js';
import { admin } from './tags.js';
import { none, nowhere, unsupported } from './unsupported.js';
import { listUsers, putUser, readUser, removeUser, removeUsers, usersWithoutPermissions, whoami } from './users.js';
import { listHosts, putHost, readHost, removeHost } from './vhosts.js';

const BETWEEN_QUEUE = 'bindings/:vhost/e/:source/q/:queue';
const BETWEEN_EXCHANGES = 'bindings/:vhost/e/:source/e/:exchange';

/** The calls, by their paths below /api/. */
export const API: Routes = {
  overview: { GET: overview },
  nodes: { GET: listNodes },
  'nodes/:node': { GET: readNode },
  'cluster-name': { GET: clusterName },
  extensions: { GET: none },
  whoami: { GET: whoami },
  'health/checks/alarms': { GET: alarms },
  'health/checks/local-alarms': { GET: alarms },
  'health/checks/virtual-hosts': { GET: alive },
  'health/checks/node-is-quorum-critical': { GET: singleNode },
  'health/checks/node-is-mirror-sync-critical': { GET: singleNode },
  'health/checks/port-listener/:port': { GET: portListener },
  'health/checks/protocol-listener/:protocol': { GET: protocolListener },
  'healthchecks/node': { GET: alive },
  'healthchecks/node/:node': { GET: alive },
  'aliveness-test/:vhost': { GET: aliveHost },
  vhosts: { GET: listHosts },
  'vhosts/:vhost': { GET: readHost, PUT: admin(putHost), DELETE: admin(removeHost) },
  'vhosts/:vhost/permissions': { GET: admin(listPermissions) },
  'vhosts/:vhost/topic-permissions': { GET: admin(none) },
  'vhosts/:vhost/connections': { GET: listConnections },
  'vhosts/:vhost/channels': { GET: listChannels },
  connections: { GET: listConnections },
  'connections/username/:user': { GET: connectionsOfUser, DELETE: closeConnectionsOfUser },
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
  users: { GET: admin(listUsers) },
  'users/bulk-delete': { POST: admin(removeUsers) },
  'users/without-permissions': { GET: admin(usersWithoutPermissions) },
  'users/:user': { GET: admin(readUser), PUT: admin(putUser), DELETE: admin(removeUser) },
  'users/:user/permissions': { GET: admin(listPermissions) },
  'users/:user/topic-permissions': { GET: admin(none) },
  permissions: { GET: admin(listPermissions) },
  'permissions/:vhost/:user': {
    GET: admin(readPermission),
    PUT: admin(putPermission),
    DELETE: admin(removePermission),
  },
  'topic-permissions': { GET: admin(none) },
  'topic-permissions/:vhost/:user': {
    GET: admin(none),
    PUT: admin(unsupported('topic permissions')),
    DELETE: admin(nowhere),
  },
  definitions: { GET: admin(exportDefinitions), POST: admin(importDefinitions) },
  'definitions/:vhost': { GET: admin(exportHost), POST: admin(importHost) },
  ...keptNowhere('policies', 'policies'),
  ...keptNowhere('operator-policies', 'policies'),
  parameters: { GET: none },
  'parameters/:component': { GET: none },
  'parameters/:component/:vhost': { GET: none },
  'parameters/:component/:vhost/:name': { GET: nowhere, PUT: unsupported('parameters'), DELETE: nowhere },
  'global-parameters': { GET: none },
  'global-parameters/:name': { GET: nowhere, PUT: unsupported('parameters'), DELETE: nowhere },
  'vhost-limits': { GET: none },
  'vhost-limits/:vhost': { GET: none },
  'vhost-limits/:vhost/:name': { PUT: unsupported('limits of virtual hosts'), DELETE: nowhere },
  'user-limits': { GET: admin(none) },
  'user-limits/:user': { GET: admin(none) },
  'user-limits/:user/:name': { PUT: admin(unsupported('limits of users')), DELETE: admin(nowhere) },
};

/** Things of a virtual host that this broker does not have. */
function keptNowhere(path: string, what: string): Routes {
  return {
    [path]: { GET: none },
    [`${path}/:vhost`]: { GET: none },
    [`${path}/:vhost/:name`]: { GET: nowhere, PUT: unsupported(what), DELETE: nowhere },
  };
}
