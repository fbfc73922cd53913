import type { Status } from '../../src/control/protocol.js';
import { freePorts } from '../support/free-ports.js';
import { type MscliResult, runMscli } from '../support/run-mscli.js';
import { serviceFixture, type TempWorkspace, tempWorkspace } from './temp-workspace.js';

export interface CommandWorkspace extends AsyncDisposable {
  workspace: TempWorkspace;
  mscli(...args: string[]): Promise<MscliResult>;
  /** `mscli ps --json`. */
  status(): Promise<Status>;
}

/** A workspace with the services `alpha-service` and `beta-service` for the real binary; down at the end. */
export async function commandWorkspace({ env = {} }: { env?: Record<string, string> } = {}): Promise<CommandWorkspace> {
  const [gateway, alpha, beta] = await freePorts(3);
  const command = `'"${process.execPath}" "${serviceFixture}"'`;
  const workspace = await tempWorkspace(`name: shop
broker: embedded
gateway: { port: ${gateway} }
services:
  alpha-service: { command: ${command}, port: ${alpha}, env: ${JSON.stringify(env)} }
  beta-service: { command: ${command}, port: ${beta} }
`);
  const mscli = (...args: string[]) => runMscli(args, { cwd: workspace.root });
  return {
    workspace,
    mscli,
    status: async () => JSON.parse((await mscli('ps', '--json')).stdout) as Status,
    [Symbol.asyncDispose]: async () => {
      await mscli('down');
      await workspace[Symbol.asyncDispose]();
    },
  };
}

/** The same, already up. */
export async function upWorkspace(): Promise<CommandWorkspace> {
  const made = await commandWorkspace();
  const { exitCode, stderr } = await made.mscli('up', '--detach');
  if (exitCode !== 0) throw new Error(stderr);
  return made;
}
