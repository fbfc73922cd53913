import { arrows, everywhere, keptOut } from './arrows.js';

/**
 * The rule that an import breaks, if it does.
 *
 * @param {string} from path of the importing file in the repository, such as `src/gateway/main.ts`
 * @param {string} target path in the repository, or the name of a package
 * @returns {{ arrow: string, rule: string } | undefined}
 */
export function ruleBroken(from, target) {
  const source = placeOf(from);
  const aim = placeOf(target);
  const broken = (/** @type {string} */ rule) => ({ arrow: `${source.name} -> ${aim.name}`, rule });
  if (source.workspace !== 'src') return isOwn(source, aim) ? undefined : broken(standsAlone(source));
  if (aim.workspace === 'src')
    return source.name === aim.name ? undefined : betweenFolders(source.name, aim.name, broken);
  if (aim.workspace === 'runtime' || aim.workspace === 'amqp-broker') {
    if (!target.startsWith('@')) return broken(`import the package by its name, @mscli/${aim.workspace}`);
    const allowed = [...(arrows[source.name]?.packages ?? []), ...everywhere.packages];
    return allowed.some((name) => matches(name, target)) ? undefined : broken(may(source.name, allowed));
  }
  const away = keptOut[/** @type {keyof typeof keptOut} */ (source.name)] ?? [];
  return away.includes(target) ? broken('a command parses and prints; move the work into a domain folder') : undefined;
}

/**
 * @param {string} source
 * @param {string} aim
 * @param {(rule: string) => { arrow: string, rule: string }} broken
 */
function betweenFolders(source, aim, broken) {
  if (aim === 'commands') return broken('nobody imports commands');
  if (aim === 'output' && source !== 'commands' && source !== 'start') return broken('only commands import output');
  const known = arrows[source];
  if (known === undefined && !everywhere.folders.includes(source)) {
    return broken(`${source} has no arrows yet; add it to scripts/imports/arrows.js`);
  }
  const allowed = [...(known?.folders ?? []), ...everywhere.folders];
  return allowed.some((name) => matches(name, aim)) ? undefined : broken(may(source, allowed));
}

/** @typedef {{ workspace: 'src' | 'runtime' | 'amqp-broker' | 'outside', name: string }} Place */

/**
 * @param {string} path
 * @returns {Place}
 */
function placeOf(path) {
  const inSource = /^src\/([^/.]+)/.exec(path);
  if (inSource) return { workspace: 'src', name: inSource[1] ?? '' };
  const inPackage = /^(?:@mscli\/)?(runtime|amqp-broker)(?:\/|$)/.exec(path);
  if (inPackage && (path.startsWith('@') || path.includes('/'))) {
    return { workspace: /** @type {'runtime' | 'amqp-broker'} */ (inPackage[1]), name: inPackage[1] ?? '' };
  }
  return { workspace: 'outside', name: path };
}

/**
 * @param {Place} source
 * @param {Place} aim
 */
function isOwn(source, aim) {
  return aim.workspace === source.workspace || (aim.workspace === 'outside' && !aim.name.startsWith('..'));
}

/** @param {Place} source */
function standsAlone({ name }) {
  return `${name} is a package of its own: it imports nothing from src nor from the other one`;
}

/**
 * @param {string} source
 * @param {string[]} allowed
 */
function may(source, allowed) {
  return `${source} may import ${allowed.join(', ')}`;
}

/**
 * @param {string} pattern
 * @param {string} name
 */
function matches(pattern, name) {
  return pattern === '*' || pattern === name || (pattern.endsWith('/*') && name.startsWith(pattern.slice(0, -1)));
}
