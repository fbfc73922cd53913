import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { failure } from '../errors.js';
import { addService, CONFIG_FILE, editConfigText, parseConfig, suggesting } from '../workspace/index.js';
import { configJsonSchema } from '../workspace/json-schema.js';
import { type Answer, type Answers, type Ask, completeAnswers, parseAnswers } from './answers.js';
import { compose } from './compose.js';
import { builtInTemplate, loadTemplate, type Template } from './load-template.js';
import type { Question } from './manifest.js';
import { constant } from './noun.js';
import { refuseOccupied } from './occupied.js';
import { makePlan, type Plan } from './plan.js';
import { render } from './render.js';
import { type RenderedFile, renderNextSteps } from './render-template.js';
import { findRuntimeTarball, vendoredRuntime } from './runtime-package.js';
import { templateValues } from './template-values.js';

export interface NewWorkspaceOptions {
  /** The workspace becomes a folder in it. */
  cwd: string;
  given: { name?: string | undefined; port?: string | undefined };
  /** `key=value` for the questions of the templates. */
  answers: readonly string[];
  /** A system to start from, such as `shop`. */
  sample?: string | undefined;
  /** Folder of a template to use in place of the one that comes with mscli. */
  template?: string | undefined;
  force: boolean;
  ask?: Ask | undefined;
  /** Path of the packed runtime; default: the one that comes with mscli. */
  runtimeTarball?: string | undefined;
}

/** A planned workspace. */
export interface NewWorkspace {
  name: string;
  services: string[];
  plan: Plan;
  next: string[];
}

/** Plans a workspace: the template's files, those of the sample, the runtime. Writes nothing. */
export async function planWorkspace(options: NewWorkspaceOptions): Promise<NewWorkspace> {
  const templates = await loadTemplates(options);
  const answers = await answersFor(templates, options);
  const name = String(answers.name);
  const root = join(options.cwd, name);
  await refuseOccupied(root, options.force);

  const tarball = options.runtimeTarball ?? (await findRuntimeTarball());
  const runtime = {
    contracts: `file:../vendor/${basename(tarball)}`,
    services: `file:../../vendor/${basename(tarball)}`,
  };
  const valuesOf = (each: Answers) =>
    templateValues({
      workspace: name,
      runtime,
      gatewayPort: Number(answers.port),
      isHttps: false,
      isUp: false,
      answers: each,
      // A sample brings its own contracts, with their examples.
      contractOf: (type) => ({ type, name: constant(type, 'Event'), state: 'example' }),
    });
  const rendered = await Promise.all(templates.map((template) => compose(template, answers, valuesOf)));
  const files = withServices(root, templates, [
    ...rendered.flat(),
    await vendoredRuntime(tarball),
    { path: 'vendor/mscli.schema.json', content: `${JSON.stringify(configJsonSchema(), null, 2)}\n` },
  ]);
  const plan = await makePlan({ root, files, force: options.force });
  const next = templates
    .slice(-1)
    .flatMap((template) => renderNextSteps(template, { ...answers, ...valuesOf(answers) }));
  return { name, services: templates.flatMap(({ manifest }) => Object.keys(manifest.services)), plan, next };
}

async function loadTemplates({ template, sample }: NewWorkspaceOptions): Promise<Template[]> {
  if (template !== undefined && !existsSync(template) && (await listSamples()).includes(template)) {
    throw failure('USAGE', `There is no folder ${template} with a template of your own; ${template} is a sample.`, {
      hint: `Write \`--sample ${template}\` to start from it.`,
    });
  }
  const base = await loadTemplate(template ?? builtInTemplate('workspace'));
  if (sample === undefined) return [base];
  const samples = await listSamples();
  if (samples.includes(sample)) return [base, await loadTemplate(builtInTemplate(sample))];
  throw failure('USAGE', suggesting(`There is no sample "${sample}"`, sample, samples), {
    hint: `Choose ${samples.join(', ')}, or leave --sample out for an empty workspace.`,
  });
}

async function listSamples(): Promise<string[]> {
  const entries = await readdir(builtInTemplate('.'), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return folders.filter((name) => !['workspace', 'service', 'contract'].includes(name)).sort();
}

async function answersFor(
  templates: readonly Template[],
  { given, answers, ask }: NewWorkspaceOptions,
): Promise<Answers> {
  const asked = templates.flatMap(({ manifest }) => manifest.questions);
  const all: Record<string, Answer | undefined> = { ...given, ...parseAnswers(answers, asked) };
  return completeAnswers([...baseQuestions, ...asked], all, {
    ask: ask && { prompt: ask, which: given.name === undefined ? 'all' : 'required' },
    render: (text, sofar) => render(text, sofar, 'template.yaml'),
    flagOf: ({ name }) => (name === 'name' ? '<name>' : name === 'port' ? '--port' : `--answer ${name}=...`),
  });
}

const baseQuestions: readonly Question[] = [
  { name: 'name', type: 'text', format: 'workspace-name', message: 'Name of the workspace, such as shop' },
  { name: 'port', type: 'text', format: 'port', message: 'Port of the gateway', default: '8080' },
];

/** Adds the services and routes of the templates to the mscli.yaml among the files, and checks it. */
function withServices(root: string, templates: readonly Template[], files: RenderedFile[]): RenderedFile[] {
  const file = join(root, CONFIG_FILE);
  const config = files.findLast(({ path }) => path === CONFIG_FILE);
  if (config === undefined) {
    throw failure('INVALID_TEMPLATE', `The template ${templates[0]?.folder} has no ${CONFIG_FILE}.`, {
      hint: `Add ${CONFIG_FILE}.ejs to it.`,
    });
  }
  const content = templates.reduce((text, { manifest }) => {
    const services = Object.entries(manifest.services);
    return services.length === 0
      ? text
      : editConfigText(text, (document) => {
          for (const [name, settings] of services) {
            const routes = manifest.routes
              .filter(({ service }) => service === name)
              .map(({ service, ...route }) => route);
            addService(document, { name, settings, routes });
          }
        });
  }, String(config.content));
  const folderExists = (folder: string) => files.some(({ path }) => path.startsWith(`${folder}/`));
  parseConfig(content, { file, env: process.env, folderExists });
  return [...files, { path: CONFIG_FILE, content }];
}
