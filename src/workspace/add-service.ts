import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  Pair,
  Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Config } from './config.js';

export interface ServiceEntry {
  name: string;
  /** As it stands in `mscli.yaml`, in the order of its keys. */
  settings: Readonly<Record<string, unknown>>;
  routes: readonly { path: string; [key: string]: unknown }[];
}

/** Adds a service and its routes to `mscli.yaml`, or replaces its settings when it is there already. For `editConfig`. */
export function addService(document: Document, { name, settings, routes }: ServiceEntry): void {
  for (const { path, ...rest } of routes) {
    const list = sequenceAt(document, ['gateway', 'routes']);
    const route = document.createNode({ path, service: name, ...rest });
    const existing = list.items.findIndex((item) => isMap(item) && item.get('path') === path);
    if (existing === -1) list.items.push(route);
    else list.items[existing] = route;
  }
  const services = mapAt(document, ['services']);
  const existing = services.get(name, true);
  if (isMap(existing)) for (const [key, value] of Object.entries(settings)) existing.set(key, nodeOf(document, value));
  else services.items.push(new Pair(new Scalar(name), nodeOf(document, settings)));
}

/** Lists of plain values stand in one line: `[a, b]`. */
function nodeOf(document: Document, value: unknown): Node {
  const node = document.createNode(value) as Node;
  visit(node, {
    Seq(_, list) {
      list.flow = list.items.every(isScalar);
    },
  });
  return node;
}

/** The lowest port from 3001 on that neither the gateway, its metrics nor an instance of a service has. */
export function nextFreePort(config: Config): number {
  const { port: gatewayPort, settings } = config.gateway;
  const taken = new Set([gatewayPort, settings.metrics?.port]);
  for (const { port, instances } of Object.values(config.services)) {
    for (let instance = 0; instance < instances; instance++) taken.add(port + instance);
  }
  let port = 3001;
  while (taken.has(port)) port += 1;
  return port;
}

function sequenceAt(document: Document, path: string[]): YAMLSeq {
  return collectionAt(document, path, isSeq, []) as YAMLSeq;
}

function mapAt(document: Document, path: string[]): YAMLMap {
  return collectionAt(document, path, isMap, {}) as YAMLMap;
}

/** An empty `[]` or `{}` becomes a block: what is added to it should read like the rest of the file. */
function collectionAt(document: Document, path: string[], is: (node: unknown) => boolean, empty: object): unknown {
  if (!is(document.getIn(path, true))) document.setIn(path, document.createNode(empty));
  const node = document.getIn(path, true);
  if (isCollection(node) && node.items.length === 0) node.flow = false;
  return node;
}
