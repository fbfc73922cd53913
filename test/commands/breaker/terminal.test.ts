import { join } from 'node:path';
import { discoveryPath, readDiscovery, updateDiscovery } from '@mscli/runtime/discovery';
import { beforeEach, expect, it, vi } from 'vitest';
import { packageRoot } from '../../../src/package-root.js';
import { openTerminal, terminalReason } from '../../e2e/terminal.js';
import { makeWorkspace } from '../../support/make-workspace.js';
import { runMscli } from '../../support/run-mscli.js';

vi.setConfig({ testTimeout: 90_000 });
const mscli = `${process.execPath} ${join(packageRoot(), 'bin/mscli.js')}`;

beforeEach(async (context) => {
  const reason = await terminalReason();
  if (reason) context.skip(reason);
});

it('trip asks, and does nothing without a yes', async () => {
  await using workspace = await makeWorkspace();
  // Builds what the terminal runs.
  await runMscli(['breaker', 'list'], { cwd: workspace.root });
  await using terminal = await openTerminal(workspace.root);
  const enter = async (line: string) => {
    await terminal.type(line);
    await terminal.press('Enter');
  };
  const overrides = async () => Object.keys((await readDiscovery(discoveryPath(workspace.stateUrl))).overrides);
  await enter(`${mscli} breaker trip 'gateway->order-service'; echo exit=$?`);
  await terminal.shows('Refuse these calls?');
  await terminal.shows(/routes +\/orders/);
  await terminal.press('Enter');
  await terminal.shows(/^exit=130$/m);
  expect(await overrides()).toEqual([]);
  await enter(`clear; ${mscli} breaker trip 'gateway->order-service'; echo exit=$?`);
  await terminal.shows('Refuse these calls?');
  await enter('y');
  await terminal.shows(/^exit=0$/m);
  expect(await overrides()).toEqual(['gateway->order-service']);
});

it('list --watch draws anew, and Ctrl-C leaves the last view', async () => {
  await using workspace = await makeWorkspace();
  await runMscli(['breaker', 'list'], { cwd: workspace.root });
  await using terminal = await openTerminal(workspace.root);
  await terminal.type(`${mscli} breaker list --watch; echo exit=$?`);
  await terminal.press('Enter');
  await terminal.shows('No breaker has been used yet');
  await updateDiscovery(discoveryPath(workspace.stateUrl), (draft) => {
    const report = { state: 'open', since: new Date().toISOString(), failures: 5, reason: 'failure-rate' } as const;
    draft.breakers['gateway-1'] = { 'gateway->order-service': report };
  });
  await terminal.shows(/gateway->order-service +gateway-1 +open .*failure-rate/);
  expect(await terminal.screen()).not.toContain('No breaker');
  await terminal.press('C-c');
  await terminal.shows(/^exit=0$/m);
  expect((await terminal.screen()).match(/gateway->order-service/g)).toHaveLength(1);
});
