import { expect, it } from 'vitest';
import { upView } from '../../src/supervisor/up-view.js';
import { plain } from '../../src/text/style.js';
import { tempWorkspace } from './temp-workspace.js';

it('has a line with its port for each process that is planned, also for those that join and leave later', async () => {
  await using workspace = await tempWorkspace('name: shop\n');
  let lines: readonly string[] = [];
  const said: string[] = [];
  const show = upView(workspace, {
    stream: () => {},
    say: (text) => said.push(text),
    status: (make) => {
      lines = make(80).slice(1);
    },
    style: plain,
  });
  const ready = (process: string) => show({ type: 'state', process, state: { kind: 'ready', since: 0, pid: 7 } });
  show({ type: 'planned', processes: [{ name: 'broker', port: 5672 }] });
  ready('broker');
  expect(said.at(-1)).toContain('Everything is ready');
  show({
    type: 'planned',
    processes: [
      { name: 'broker', port: 5672 },
      { name: 'late', port: 3009 },
    ],
  });
  ready('late');
  expect(lines).toEqual(['broker  ready       :5672  pid 7', 'late    ready       :3009  pid 7']);
  show({ type: 'planned', processes: [{ name: 'late', port: 3009 }] });
  expect(lines).toEqual(['late  ready       :3009  pid 7']);
});
