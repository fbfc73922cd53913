import { isPair, isScalar, isSeq, visit } from 'yaml';
import { type Config, completeConfig } from './config.js';
import { configSchema } from './config-schema.js';
import { crossChecks } from './cross-checks.js';
import type { Fault } from './fault.js';
import { describeIssue } from './issue.js';
import { expandVariables } from './variables.js';
import { withRoute } from './with-route.js';
import { readYaml, type YamlSource } from './yaml-source.js';

export interface ParseConfigOptions {
  /** Path of the file, for messages. */
  file: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Whether a folder, relative to the workspace root, is there. */
  folderExists: (path: string) => boolean;
}

/** Compiling a schema into code pays only when much is parsed with it. */
const once = { jitless: true };

/** Validates the text of `mscli.yaml`; throws one `INVALID_CONFIG` with every fault. */
export function parseConfig(text: string, options: ParseConfigOptions): Config {
  const source = readYaml(text, options.file, 'INVALID_CONFIG');
  const unset = expandScalars(source, options.env);
  const raw = source.toPlain();
  const result = configSchema.safeParse(raw, once);
  const found = [
    ...(result.error?.issues ?? []).flatMap((issue) => describeIssue(issue, configSchema, raw)),
    ...crossChecks(raw, options.folderExists),
  ].map(source.locate);

  // Where a variable is unset, that is the fault, not what its name would be as a value.
  const rest = found.filter(({ path }) => !unset.some((fault) => fault.path === path));
  const faults = [...source.faults, ...unset, ...rest].map((fault) => withRoute(fault, raw));
  if (faults.length > 0 || !result.success) throw source.fail(faults);
  return completeConfig(result.data);
}

/** Expands variables in place. A scalar that was expanded to a number or a boolean becomes one, as if it had been written so. */
function expandScalars(source: YamlSource, env: ParseConfigOptions['env']): Fault[] {
  const faults: Fault[] = [];
  visit(source.document, {
    Scalar(key, node, ancestors) {
      if (key === 'key') return;
      const path = pathOf([...ancestors, node]);
      // Environment variables are text: `1.10` must not become 1.1.
      if (typeof node.value === 'number' && path[0] === 'services' && path[2] === 'env') node.value = node.source;
      if (typeof node.value !== 'string' || !node.value.includes('${')) return;
      const { text, problems } = expandVariables(node.value, env);
      for (const problem of problems) faults.push(source.faultAt(node.range?.[0] ?? 0, path.join('.'), problem));
      if (problems.length === 0) node.value = typed(text);
    },
  });
  return faults;
}

function typed(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && String(Number(text)) === text ? Number(text) : text;
}

function pathOf(nodes: readonly unknown[]): (string | number)[] {
  return nodes.flatMap<string | number>((node, depth) => {
    if (isPair(node) && isScalar(node.key)) return [String(node.key.value)];
    return isSeq(node) ? [node.items.indexOf(nodes[depth + 1])] : [];
  });
}
