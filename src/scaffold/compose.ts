import { resolve } from 'node:path';
import { type Answers, completeAnswers } from './answers.js';
import { builtInTemplate, covers, loadTemplate, type Template } from './load-template.js';
import { render, type Values } from './render.js';
import { type RenderedFile, renderTemplate } from './render-template.js';
import { safePath } from './safe-path.js';

/** A template with the ones it includes. Where two give the same path, the including one has the last word. */
export async function compose(
  template: Template,
  answers: Answers,
  valuesOf: (answers: Answers) => Values,
): Promise<RenderedFile[]> {
  const included = await Promise.all(
    template.manifest.include.map(async ({ template: name, into, answers: given, only }) => {
      const folder = name.startsWith('.') ? resolve(template.folder, name) : builtInTemplate(name);
      const inner = await loadTemplate(folder);
      const chosen = only?.length
        ? inner.files.filter(({ path }) => only.some((rule) => covers(rule, path)))
        : inner.files;
      const own = await completeAnswers(inner.manifest.questions, given, {
        render: (text, sofar) => render(text, { ...given, ...sofar }, folder),
        flagOf: (question) => `include.answers.${question.name} in ${template.folder}/template.yaml`,
      });
      const files = await compose({ ...inner, files: chosen }, { ...given, ...own }, valuesOf);
      return files.map((file) => ({ ...file, path: safePath(`${into}/${file.path}`, template.folder) }));
    }),
  );
  return [...included.flat(), ...renderTemplate(template, answers, valuesOf(answers))];
}
