import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Discovery } from '@mscli/runtime/discovery';

// A program: changes a discovery file a hundred times a second for so many milliseconds and says how often it did. It replaces the
// file as everybody does, but does not wait for the disk, which would make it slower.
const [path = '', ms] = process.argv.slice(2);
const startedAt = performance.now();
let changes = 0;
for (let now = 0; now < Number(ms); now = performance.now() - startedAt) {
  while (changes < now / 10) change();
  await sleep(5);
}
process.stdout.write(String(changes));

function change(): void {
  changes += 1;
  const discovery = JSON.parse(readFileSync(path, 'utf8')) as Discovery;
  discovery.revision += 1;
  const second = discovery.instances['a-service-2'];
  if (second !== undefined) second.status = changes % 2 === 0 ? 'ready' : 'stopping';
  if (changes % 3 === 0) discovery.routes.push({ path: `/new-${changes}`, service: 'a-service', stripPrefix: false });
  if (discovery.routes.length > 20) discovery.routes.splice(1);
  writeFileSync(`${path}.changed`, JSON.stringify(discovery));
  renameSync(`${path}.changed`, path);
}
