import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { packageRoot } from '../../package-root.js';

/** A file of the page that shows the document. */
export interface PageFile {
  type: string;
  /** Compressed with gzip. */
  zipped: Buffer;
}

const types: ReadonlyMap<string, string> = new Map([
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['swagger-ui.css', 'text/css; charset=utf-8'],
]);

const unzip = promisify(gunzip);

/** The files of Swagger UI that come with mscli, read when they are first asked for. */
export class PageFiles {
  readonly #read = new Map<string, Promise<PageFile>>();
  readonly #folder: string;

  constructor(folder = join(packageRoot(), 'dist/api-page')) {
    this.#folder = folder;
  }

  /** Undefined for what is no such file. */
  find(name: string): Promise<PageFile> | undefined {
    const type = types.get(name);
    if (type === undefined) return undefined;
    const known = this.#read.get(name);
    if (known !== undefined) return known;
    const read = readFile(join(this.#folder, `${name}.gz`)).then((zipped) => ({ type, zipped }));
    this.#read.set(name, read);
    read.catch(() => this.#read.delete(name));
    return read;
  }
}

export function unzipped({ zipped }: PageFile): Promise<Buffer> {
  return unzip(zipped);
}
