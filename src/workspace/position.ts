import { type Document, isCollection, isMap, isScalar } from 'yaml';

/** Offset of the value at `path` or, with `key`, of that key in the map at `path`; of the nearest enclosing node when it is missing. */
export function positionOf(document: Document, path: readonly PropertyKey[], key?: string): number {
  if (key !== undefined) {
    const offset = keyOffset(document, path, key);
    if (offset !== undefined) return offset;
  }
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true);
    // A missing key is shown at the key of the map that lacks it.
    if (isScalar(node) && node.range && depth === path.length) return node.range[0];
    const offset = keyOffset(document, path.slice(0, depth - 1), String(path[depth - 1]));
    if (offset !== undefined) return offset;
    if (isCollection(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

function keyOffset(document: Document, path: readonly PropertyKey[], key: string): number | undefined {
  const map = path.length === 0 ? document.contents : document.getIn(path, true);
  if (!isMap(map)) return undefined;
  const pair = map.items.find((item) => isScalar(item.key) && item.key.value === key);
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}
