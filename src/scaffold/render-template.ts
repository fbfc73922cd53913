import { join } from 'node:path';
import { failure } from '../errors.js';
import type { Answer, Answers } from './answers.js';
import { covers, type Template, type TemplateFile } from './load-template.js';
import { parseCondition } from './manifest.js';
import { render, type Values } from './render.js';
import { safePath } from './safe-path.js';

/** A file as it is to stand in the target folder. */
export interface RenderedFile {
  /** Relative to the target folder, with slashes. */
  path: string;
  content: string | Uint8Array;
  executable?: boolean;
}

/** Answers -> files. Pure: reads and writes nothing. `values` are what the templates see beside the answers, or in place of them. */
export function renderTemplate(template: Template, answers: Answers, values: Values = {}): RenderedFile[] {
  const files = template.files.flatMap((file) => renderFile(template, file, answers, { ...answers, ...values }));
  const twice = files.find(({ path }, index) => files.findIndex((other) => other.path === path) !== index);
  if (twice === undefined) return files;
  throw failure('INVALID_TEMPLATE', `The template ${template.folder} gives ${twice.path} twice.`, {
    hint: 'Two answers lead to the same file: choose others, or correct the rules of template.yaml.',
  });
}

/** The lines to show at the end. */
export function renderNextSteps(template: Template, values: Values): string[] {
  const where = join(template.folder, 'template.yaml');
  return template.manifest.next.map((line) => render(line, values, where).trim()).filter((line) => line !== '');
}

function renderFile(template: Template, file: TemplateFile, answers: Answers, values: Values): RenderedFile[] {
  const rules = template.manifest.files.filter((rule) => covers(rule.path, file.path));
  if (!rules.every(({ when }) => when === undefined || holds(when, answers))) return [];
  const each = rules.find((rule) => rule.each !== undefined)?.each;
  const to = rules.find((rule) => rule.to !== undefined)?.to ?? file.path.replace(/\.ejs$/, '');
  const items = each === undefined ? [undefined] : listOf(values[each]);

  const where = join(template.folder, file.path);
  return items.map((item) => {
    const scope = item === undefined ? values : { ...values, item };
    return {
      path: safePath(render(to, scope, where), where),
      content: file.path.endsWith('.ejs') ? render(file.content.toString('utf8'), scope, where) : file.content,
      ...(file.executable ? { executable: true } : {}),
    };
  });
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function holds(when: string, answers: Answers): boolean {
  const { name, value, negated } = parseCondition(when);
  const answer: Answer | undefined = answers[name];
  const fits = value === undefined ? isGiven(answer) : String(answer) === value;
  return negated ? !fits : fits;
}

function isGiven(answer: Answer | undefined): boolean {
  return Array.isArray(answer) ? answer.length > 0 : Boolean(answer);
}
