import { expect, it } from 'vitest';
import { Turn } from '../../../src/gateway/timing/turn.js';

it('serves what was read in a turn and then writes, once and in order', async () => {
  const turn = new Turn();
  const done: string[] = [];
  const due = (name: string, act = () => {}) => ({
    turnEnds() {
      done.push(name);
      act();
    },
  });
  turn.writes(due('write 1'));
  turn.reads(due('read 1', () => turn.writes(due('write 2'))));
  turn.reads(due('read 2'));
  expect(done).toEqual([]);
  await new Promise(setImmediate);
  const first = ['read 1', 'read 2', 'write 1', 'write 2'];
  expect(done).toEqual(first);
  turn.writes(due('write 3'));
  await new Promise(setImmediate);
  expect(done).toEqual([...first, 'write 3']);
});

it('takes what comes while it ends', async () => {
  const turn = new Turn();
  const done: string[] = [];
  const late = { turnEnds: () => void done.push('late') };
  turn.writes({ turnEnds: () => turn.writes(late) });
  await new Promise(setImmediate);
  expect(done).toEqual(['late']);
  turn.writes({ turnEnds: () => turn.reads(late) });
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(done).toEqual(['late', 'late']);
});

it('waits with its end while others are let in, but not for ever', async () => {
  const turn = new Turn();
  const done: string[] = [];
  turn.letIn();
  turn.reads({ turnEnds: () => void done.push('first') });
  await new Promise(setImmediate);
  expect(done).toEqual([]);
  await new Promise(setImmediate);
  expect(done).toEqual(['first']);
  turn.reads({ turnEnds: () => void done.push('second') });
  let turns = 0;
  for (; done.length < 2; turns++) {
    turn.letIn();
    await new Promise(setImmediate);
  }
  expect(turns).toBe(17);
});

it('looks again where much has come, until little more does', async () => {
  const turn = new Turn();
  const done: number[] = [];
  const read = (count: number) => {
    for (let i = 0; i < count; i++) turn.reads({ turnEnds: () => void done.push(i) });
  };
  read(5);
  await new Promise(setImmediate);
  expect(done).toHaveLength(0);
  read(5);
  await new Promise(setImmediate);
  expect(done).toHaveLength(0);
  read(4);
  await new Promise(setImmediate);
  expect(done).toHaveLength(14);
  read(4);
  await new Promise(setImmediate);
  expect(done).toHaveLength(18);
});

it('ends however much comes', async () => {
  const turn = new Turn();
  let [looks, hasEnded] = [0, false];
  const end = () => {
    hasEnded = true;
  };
  for (; !hasEnded; looks++) {
    for (let i = 0; i < 5; i++) turn.writes({ turnEnds: end });
    await new Promise(setImmediate);
  }
  expect(looks).toBe(17);
});
