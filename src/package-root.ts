import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the mscli package, where `templates/` and `dist/` are: the same from sources and from a bundle. */
export function packageRoot(from: string = import.meta.url): string {
  for (let folder = dirname(fileURLToPath(from)); ; folder = dirname(folder)) {
    if (packageName(join(folder, 'package.json')) === 'mscli') return folder;
    if (folder === dirname(folder)) throw new Error(`no mscli package above ${from}`);
  }
}

function packageName(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).name;
  } catch {
    return undefined;
  }
}
