import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodeOf } from '../../errors.js';
import { type Fault, FaultyFileError } from '../fault.js';
import { CONFIG_FILE, findRoot } from '../find-root.js';
import { findWorkspace } from '../find-workspace.js';
import { withRoute } from '../with-route.js';
import { readYaml } from '../yaml-source.js';
import { certificateFindings } from './check-certificates.js';
import { warningsOf } from './warnings.js';

/** What was found in mscli.yaml, without starting anything. */
export interface GatewayCheck {
  ok: boolean;
  file: string;
  routes: number;
  /** What keeps the gateway from starting with this file. */
  faults: readonly Fault[];
  /** What works, but hardly as it was meant. */
  warnings: readonly Fault[];
}

/** Fails with `NO_WORKSPACE` outside a workspace. The exit code is that of an invalid configuration where there are faults. */
export async function checkGateway(
  cwd: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<{ check: GatewayCheck; exitCode: number }> {
  const file = join(findRoot(cwd), CONFIG_FILE);
  try {
    const workspace = await findWorkspace(cwd, env);
    const { config } = workspace;
    const { locate, fail } = readYaml(await readFile(file, 'utf8'), file, 'INVALID_CONFIG');
    const certificates = await certificateFindings(workspace);
    const warnings = [...certificates.warnings, ...warningsOf(config, env)].map((finding) =>
      withRoute(locate(finding), config),
    );
    if (certificates.faults.length > 0) return faultyCheck(file, fail(certificates.faults.map(locate)), warnings);
    const routes = config.gateway.routes.length;
    return { check: { ok: true, file, routes, faults: [], warnings }, exitCode: 0 };
  } catch (error) {
    if (!(error instanceof FaultyFileError)) throw error;
    return faultyCheck(file, error, []);
  }
}

/** Warnings are there as well where the file can be read so far. */
function faultyCheck(file: string, error: FaultyFileError, warnings: readonly Fault[]) {
  return { check: { ok: false, file, routes: 0, faults: error.faults, warnings }, exitCode: exitCodeOf(error) };
}
