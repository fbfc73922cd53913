/**
 * The optional packages that a lock file's packages name and the lock file lacks: those of other platforms, which an
 * installation beside an existing node_modules may leave out. `npm ci` refuses such a lock file.
 *
 * @param {Record<string, { optionalDependencies?: Record<string, string> }>} packages by path, as in package-lock.json
 * @returns {string[]} such as `oxc-parser: @oxc-parser/binding-darwin-arm64`
 */
export function missingFromLock(packages) {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !isLocked(packages, path, name))
      .map((name) => `${path.replace(/^.*node_modules\//, '')}: ${name}`),
  );
}

/**
 * Whether Node would find the package from that path, in its own node_modules or in one above.
 *
 * @param {Record<string, object>} packages
 * @param {string} path
 * @param {string} name
 * @returns {boolean}
 */
function isLocked(packages, path, name) {
  if (`${path === '' ? '' : `${path}/`}node_modules/${name}` in packages) return true;
  return path !== '' && isLocked(packages, path.replace(/\/?(?:node_modules\/)?(?:@[^/]+\/)?[^/]+$/, ''), name);
}
