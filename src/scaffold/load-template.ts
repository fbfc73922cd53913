import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { failure } from '../errors.js';
import { packageRoot } from '../package-root.js';
import { type Manifest, parseManifest } from './manifest.js';

const MANIFEST = 'template.yaml';

/** A template in memory: its manifest and its files. */
export interface Template {
  folder: string;
  manifest: Manifest;
  files: TemplateFile[];
}

export interface TemplateFile {
  /** Relative to the template, with slashes. */
  path: string;
  content: Buffer;
  executable: boolean;
}

/** The folder of a template that comes with mscli. */
export function builtInTemplate(name: string): string {
  return join(packageRoot(), 'templates', name);
}

/** Reads a template: a folder with `template.yaml`. Many small files are read sooner without promises. */
export async function loadTemplate(folder: string): Promise<Template> {
  const root = resolve(folder);
  const manifest = parseManifest(readManifest(root), join(root, MANIFEST));
  const paths = listFiles(root, root)
    .filter((path) => path !== MANIFEST)
    .sort();
  const files = paths.map((path) => {
    const file = join(root, path);
    return { path, content: readFileSync(file), executable: (statSync(file).mode & 0o111) !== 0 };
  });
  for (const rule of manifest.files) {
    if (files.some(({ path }) => covers(rule.path, path))) continue;
    throw failure(
      'INVALID_TEMPLATE',
      `${join(root, MANIFEST)} has a rule for "${rule.path}", which is not in the template.`,
      {
        hint: 'Correct the path, or take the rule out.',
      },
    );
  }
  return { folder: root, manifest, files };
}

/** Whether a rule's path is the file itself, with or without `.ejs`, or a folder that holds it. */
export function covers(rule: string, path: string): boolean {
  return path === rule || path === `${rule}.ejs` || path.startsWith(`${rule.replace(/\/$/, '')}/`);
}

function readManifest(root: string): string {
  try {
    return readFileSync(join(root, MANIFEST), 'utf8');
  } catch (cause) {
    const problem = existsSync(root) ? `it holds no ${MANIFEST}` : 'it is not there';
    throw failure('INVALID_TEMPLATE', `${root} is not a template: ${problem}.`, {
      hint: 'A template is a folder with template.yaml and the files to copy.',
      cause,
    });
  }
}

function listFiles(root: string, folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && name !== '.git')
    .flatMap((entry) => listEntry(root, folder, entry));
}

function listEntry(root: string, folder: string, entry: Dirent): string[] {
  const path = join(folder, entry.name);
  if (entry.isDirectory()) return listFiles(root, path);
  if (entry.isFile()) return [relative(root, path).split(sep).join('/')];
  throw failure('INVALID_TEMPLATE', `${path} is neither a file nor a folder.`, {
    hint: 'A template holds no symbolic links: put the file itself there.',
  });
}
