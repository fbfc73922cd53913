import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { place } from './place.js';
import { filesOf, hashOf, readStamp, root, writeStamp } from './stamp.js';

const source = 'node_modules/swagger-ui-dist';
const target = join(root, 'dist', 'api-page');
/** Of the 12 MB of the package, what the page needs, and whose it is. */
const files = ['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE', 'NOTICE', 'swagger-ui-bundle.js.LICENSE.txt'];

/**
 * Takes the files of Swagger UI into the package, compressed as browsers get them.
 *
 * @param {{ force: boolean }} options
 */
export async function copyApiPage({ force }) {
  const paths = files.map((name) => `${source}/${name}`);
  const hash = await hashOf([...paths, 'scripts/build/api-page.js']);
  const built = (await filesOf(target)).length === files.length;
  if (!force && built && (await readStamp('api-page')) === hash) return 'api page: unchanged';
  const folder = await mkdtemp(join(root, '.dist-api-page-'));
  try {
    for (const name of files) {
      const content = await readFile(join(root, source, name));
      const isServed = /\.(?:js|css)$/.test(name);
      const zipped = isServed ? await promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }) : content;
      await writeFile(join(folder, isServed ? `${name}.gz` : name), zipped);
    }
    await place(folder, target);
    await writeStamp('api-page', hash);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return `api page: ${files.length} files`;
}
