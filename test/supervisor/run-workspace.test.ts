import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readDiscovery } from '@mscli/runtime/discovery';
import { afterEach, describe, expect, it } from 'vitest';
import { connectControl } from '../../src/control/client.js';
import { type RunningWorkspace, runWorkspace } from '../../src/supervisor/run-workspace.js';
import type { SupervisorEvent } from '../../src/supervisor/supervisor-event.js';
import { brokerFixture } from './broker-fixture.js';
import { eventually, freePorts, isAlive, serviceFixture, type TempWorkspace, tempWorkspace } from './temp-workspace.js';

describe('runWorkspace', () => {
  it('starts in dependency order, records what runs, and leaves nothing', async () => {
    const [a, b, gateway] = await freePorts(3);
    await using workspace = await tempWorkspace(
      yaml({ gateway, services: { a: { port: a, dependsOn: ['b'] }, b: { port: b } } }),
    );
    await using up = await start(workspace);
    const status = await allReady(up.running);
    console.error(JSON.stringify(status, null, 1));
  });
});
