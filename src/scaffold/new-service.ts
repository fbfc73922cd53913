import { join } from 'node:path';
import { failure } from '../errors.js';
import { findWorkspace, type Workspace } from '../workspace/index.js';
import type { Answers } from './answers.js';
import { compose } from './compose.js';
import { type Contract, editContractIndex, findContract } from './contracts.js';
import { builtInTemplate, loadTemplate } from './load-template.js';
import { constant } from './noun.js';
import { refuseOccupied } from './occupied.js';
import { makePlan, type Plan } from './plan.js';
import { renderNextSteps, renderTemplate } from './render-template.js';
import { runtimeSpec } from './runtime-package.js';
import { type ServiceAnswersInput, serviceAnswers } from './service-answers.js';
import { type Entry, editEntry, refuseTaken } from './service-entry.js';
import { templateValues } from './template-values.js';

export interface NewServiceOptions extends ServiceAnswersInput {
  cwd: string;
  /** Folder of a template to use in place of the one that comes with mscli. */
  template?: string | undefined;
  /** Whether a workspace runs; by default none does. */
  isUp?: (workspace: Workspace) => boolean;
}

/** A planned service. */
export interface NewService {
  root: string;
  service: string;
  port: number;
  route: string;
  plan: Plan;
  next: string[];
}

/** Plans a service in the workspace of `cwd`: its folder, its contracts, its entry and route in mscli.yaml. Writes nothing. */
export async function planService(options: NewServiceOptions): Promise<NewService> {
  const [workspace, template] = await Promise.all([
    findWorkspace(options.cwd),
    loadTemplate(options.template ?? builtInTemplate('service')),
  ]);
  const answers = await serviceAnswers(workspace.config, template, options);
  const service = String(answers.name);
  const path = `services/${service}`;
  const entry: Entry = { name: service, port: Number(answers.port), route: String(answers.route), path };
  refuseTaken(workspace.config, entry, options.force);
  await refuseOccupied(join(workspace.root, path), options.force);

  const contracts = await contractsOf(workspace.root, answers);
  const runtime = await runtimeSpec(workspace.root);
  const isUp = options.isUp?.(workspace) ?? false;
  const valuesOf = (each: Answers) =>
    templateValues({
      workspace: workspace.name,
      runtime: { contracts: runtime.replace('../../', '../'), services: runtime },
      gatewayPort: workspace.config.gateway.port,
      isHttps: workspace.config.gateway.settings.tls !== undefined,
      isUp,
      answers: each,
      // A template may include another one with events of its own: those it must describe itself.
      contractOf: (type) => contracts.get(type) ?? { type, name: constant(type, 'Event'), state: 'bare' },
    });
  const files = (await compose(template, answers, valuesOf)).map((file) => ({ ...file, path: `${path}/${file.path}` }));
  if (files.length === 0) {
    throw failure('INVALID_TEMPLATE', `The template ${template.folder} has no files for these answers.`, {
      hint: 'A service needs at least its src/main.ts and package.json.',
    });
  }
  const { created, edited } = await contractFiles(workspace.root, [...contracts.values()]);
  const plan = await makePlan({
    root: workspace.root,
    files: [...files, ...created],
    edits: [...edited, ...(await editEntry(workspace.root, entry))],
    force: options.force,
  });
  const next = renderNextSteps(template, { ...answers, ...valuesOf(answers) });
  return { root: workspace.root, service, port: entry.port, route: entry.route, plan, next };
}

async function contractsOf(root: string, answers: Answers): Promise<Map<string, Contract>> {
  const types = [answers.publishes, answers.subscribes].flatMap((answer) => (Array.isArray(answer) ? answer : []));
  const contracts = await Promise.all([...new Set(types)].map((type) => findContract(root, type)));
  refuseSameConstant(contracts);
  return new Map(contracts.map((contract) => [contract.type, contract]));
}

function refuseSameConstant(contracts: readonly Contract[]): void {
  const second = contracts.find(({ name }, index) => contracts.findIndex((other) => other.name === name) !== index);
  if (second === undefined) return;
  throw failure('INVALID_NAME', `"${second.type}" and another event would both be ${second.name} in the code.`, {
    hint: 'Rename one of them.',
  });
}

async function contractFiles(root: string, contracts: readonly Contract[]) {
  const missing = contracts.filter(({ state }) => state === 'new');
  if (missing.length === 0) return { created: [], edited: [] };
  const template = await loadTemplate(builtInTemplate('contract'));
  const created = missing.flatMap((contract) => renderTemplate(template, { event: contract.type }, { contract }));
  const index = await editContractIndex(
    root,
    missing.map(({ type }) => type),
  );
  return { created, edited: index === undefined ? [] : [index] };
}
