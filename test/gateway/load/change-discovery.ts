import { setTimeout as sleep } from 'node:timers/promises';
import { updateDiscovery } from '@mscli/runtime/discovery';

// A program: changes a discovery file for so many milliseconds and says how often.
const [path = '', ms] = process.argv.slice(2);
let changes = 0;
for (const startedAt = performance.now(); performance.now() - startedAt < Number(ms); ) {
  const next = sleep(10);
  changes += 1;
  await updateDiscovery(path, (draft) => {
    const second = draft.instances['a-service-2'];
    if (second !== undefined) second.status = changes % 2 === 0 ? 'ready' : 'stopping';
    if (changes % 3 === 0) draft.routes.push({ path: `/new-${changes}`, service: 'a-service', stripPrefix: false });
    if (draft.routes.length > 20) draft.routes.splice(1);
  });
  await next;
}
process.stdout.write(String(changes));
