import { readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { filesOf } from '../build/stamp.js';
import { importsOf } from './imports-of.js';
import { ruleBroken } from './rule-broken.js';

/**
 * @typedef {object} Violation
 * @property {string} file
 * @property {number} line
 * @property {string} arrow such as `gateway -> supervisor`
 * @property {string} rule
 */

/**
 * Every import in the sources of the three packages that may not exist. Tests may import what they test.
 *
 * @param {string} root
 * @returns {Promise<Violation[]>}
 */
export async function findViolations(root) {
  const folders = ['src', 'runtime/src', 'amqp-broker/src'];
  const files = (await Promise.all(folders.map((folder) => filesOf(join(root, folder))))).flat();
  const found = await Promise.all(files.filter((file) => file.endsWith('.ts')).map((file) => violationsIn(file, root)));
  return found.flat();
}

/**
 * @param {string} file
 * @param {string} root
 */
async function violationsIn(file, root) {
  const path = slashes(relative(root, file));
  return importsOf(await readFile(file, 'utf8')).flatMap(({ specifier, line }) => {
    const target = specifier.startsWith('.') ? slashes(relative(root, join(dirname(file), specifier))) : specifier;
    const broken = ruleBroken(path, target);
    return broken === undefined ? [] : [{ file: path, line, ...broken }];
  });
}

/** @param {string} path */
function slashes(path) {
  return path.split(sep).join('/');
}
