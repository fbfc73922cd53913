import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Document, parseDocument } from 'yaml';
import type { Config } from './config.js';
import { CONFIG_FILE } from './find-root.js';
import { isFolder, readVariables } from './find-workspace.js';
import { keepLines } from './keep-lines.js';
import { parseConfig } from './parse-config.js';
import { writeAtomically } from './write-atomically.js';

/**
 * Edits `mscli.yaml` in place and returns the new configuration. Comments and order stay. The result is validated
 * before it is written, atomically; an edit that would leave a faulty file throws `INVALID_CONFIG` and changes nothing.
 */
export async function editConfig(
  root: string,
  edit: (document: Document) => void,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Config> {
  const file = join(root, CONFIG_FILE);
  const text = editConfigText(await readFile(file, 'utf8'), edit);
  const config = parseConfig(text, {
    file,
    env: await readVariables(root, env),
    folderExists: (path) => isFolder(join(root, path)),
  });
  await writeAtomically(file, text);
  return config;
}

/** The text of `mscli.yaml` after an edit; lines that it does not touch stay as they are. Does not validate it. */
export function editConfigText(text: string, edit: (document: Document) => void): string {
  const document = parseDocument(text, { stringKeys: true });
  const style = {
    lineWidth: 0,
    indent: indentOf(text),
    indentSeq: !/^( *)[^\s#-][^\n]*:[ \t]*(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n)*\1- /m.test(text),
    flowCollectionPadding: /\[ /.test(text),
  };
  const before = document.toString(style);
  edit(document);
  const edited = keepLines(text, before, document.toString(style));
  return text.includes('\r\n') ? edited.replace(/\r?\n/g, '\r\n') : edited;
}

/** Spaces of the first indented line. */
function indentOf(text: string): number {
  const indent = /^( +)[^\s#-]/m.exec(text)?.[1]?.length ?? 2;
  return Math.min(Math.max(indent, 1), 8);
}
