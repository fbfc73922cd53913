import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { logPath } from '../../src/supervisor/process-logs.js';
import { readLogs } from '../../src/supervisor/read-logs.js';
import { tempWorkspace } from './temp-workspace.js';

const yaml = `name: logs
services:
  a: { command: none, port: 3001 }
  b: { command: none, port: 3002 }
`;
const pino = (time: number, msg: string) => `${JSON.stringify({ level: 30, time, msg })}\n`;

it('begins a followed log of several processes in the order of the times, and goes on from there', async () => {
  await using workspace = await tempWorkspace(yaml);
  await mkdir(`${workspace.stateFolder}/logs`, { recursive: true });
  await writeFile(logPath(workspace, 'a'), pino(1, 'a1') + pino(2, 'a2') + pino(6, 'a6'));
  await writeFile(logPath(workspace, 'b'), pino(3, 'b3') + pino(4, 'b4') + pino(5, 'b5'));
  const abort = new AbortController();
  const { lines } = await readLogs({
    cwd: workspace.root,
    names: ['a', 'b'],
    follow: true,
    count: 100,
    signal: abort.signal,
  });
  const seen: string[] = [];
  for await (const { process, line } of lines) {
    const { msg } = JSON.parse(line);
    expect(msg[0]).toBe(process);
    seen.push(msg);
    if (seen.length === 6) await appendFile(logPath(workspace, 'b'), pino(7, 'b7'));
    if (seen.length === 7) await appendFile(logPath(workspace, 'a'), pino(8, 'a8'));
    if (seen.length === 8) abort.abort();
  }
  expect(seen).toEqual(['a1', 'a2', 'b3', 'b4', 'b5', 'a6', 'b7', 'a8']);
});

it.each([
  [1, ['c']],
  [2, ['b', 'c']],
  [4, ['b', 'c']],
  [5, ['a', 'b', 'c']],
  [0, []],
])('counts %d lines in whole records', async (count, expected) => {
  await using workspace = await tempWorkspace(yaml);
  await mkdir(`${workspace.stateFolder}/logs`, { recursive: true });
  await writeFile(logPath(workspace, 'a'), pino(1, 'a') + pino(2, 'b') + pino(3, 'c'));
  for (const follow of [false, true]) {
    const abort = new AbortController();
    const height = (record: string) => (record.includes('"b"') ? 3 : 1);
    const options = { cwd: workspace.root, names: ['a'], follow, count, height, signal: abort.signal };
    const { lines } = await readLogs(options);
    const seen: string[] = [];
    if (count === 0) abort.abort();
    for await (const { line } of lines) {
      seen.push(JSON.parse(line).msg);
      if (seen.length === expected.length) abort.abort();
    }
    expect(seen).toEqual(expected);
  }
});
