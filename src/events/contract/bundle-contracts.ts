import type { BuildFailure } from 'esbuild';
import { inlineWorkspacePackages } from '../../bundling/inline-workspace-packages.js';

/**
 * A program that checks data against the contract of an event in the contracts package, and writes what it finds to file
 * descriptor 3. It is run in the package's folder, from where its imports are resolved.
 */
export async function bundleContracts(folder: string, key: string, data: unknown): Promise<string> {
  const { build } = await import('esbuild');
  try {
    const { outputFiles } = await build({
      absWorkingDir: folder,
      stdin: { contents: program(key, data), resolveDir: folder, sourcefile: 'check.js', loader: 'js' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      write: false,
      logLevel: 'silent',
      plugins: [inlineWorkspacePackages],
    });
    return outputFiles[0]?.text ?? '';
  } catch (error) {
    const [first] = (error as Partial<BuildFailure>).errors ?? [];
    if (first === undefined) throw error;
    const { file, line } = first.location ?? { file: 'index.ts', line: 1 };
    throw new Error(`contracts/${file}:${line}: ${first.text}`, { cause: error });
  }
}

function program(key: string, data: unknown): string {
  return `import { writeSync } from 'node:fs';
import * as contracts from './index.ts';
const contract = Object.values(contracts).find((it) => it?.type === ${JSON.stringify(key)} && it.schema?.safeParseAsync);
const parsed = await contract?.schema.safeParseAsync(JSON.parse(${JSON.stringify(JSON.stringify(data))}));
const issues = parsed?.error?.issues.map(({ path, message }) => ({ path, message }));
const checked = parsed === undefined
  ? { kind: 'unknown', reason: 'contracts/index.ts does not export it.' }
  : parsed.success ? { kind: 'valid', data: parsed.data } : { kind: 'broken', issues };
writeSync(3, JSON.stringify(checked));
process.exit(0);
`;
}
