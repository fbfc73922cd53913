import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveScreen } from '../../src/output/live-screen.js';

const sequences = new RegExp(`(${'\u001b'}\\[[?\\d]*[a-zA-Z]|\\r|\\n)`);

/** Understands what a terminal understands of what LiveScreen writes. */
class FakeTerminal extends EventEmitter {
  columns = 20;
  writes = 0;
  rows = 24;
  screen: string[] = [''];

  write(text: string): boolean {
    this.writes++;
    for (const part of text.split(sequences)) this.#apply(part);
    return true;
  }

  get lines(): string[] {
    return this.screen.slice(0, -1);
  }

  #apply(part: string): void {
    const up = part.startsWith('\u001b[') && part.endsWith('A') ? Number(part.slice(2, -1)) : undefined;
    if (up !== undefined) this.screen.length = Math.max(1, this.screen.length - up);
    else if (part.startsWith('\u001b[0J')) this.screen[this.screen.length - 1] = '';
    else if (part === '\n') this.screen.push('');
    else if (!part.startsWith('\u001b') && part !== '\r') this.#type(part);
  }

  #type(text: string): void {
    let last = (this.screen.pop() ?? '') + text;
    for (; last.length > this.columns; last = last.slice(this.columns)) this.screen.push(last.slice(0, this.columns));
    this.screen.push(last);
  }
}

describe('LiveScreen', () => {
  let terminal: FakeTerminal;
  let screen: LiveScreen;
  beforeEach(() => {
    vi.useFakeTimers();
    terminal = new FakeTerminal();
    screen = new LiveScreen({ stdout: terminal as unknown as NodeJS.WriteStream, frameMs: 10 });
  });
  afterEach(() => vi.useRealTimers());

  it('keeps the status lines below the stream', () => {
    screen.status(() => ['a starting']);
    screen.print('one');
    vi.advanceTimersByTime(10);
    screen.status(() => ['a ready', 'b ready']);
    screen.print('two');
    vi.advanceTimersByTime(10);
    expect(terminal.lines).toEqual(['one', 'two', 'a ready', 'b ready']);
    screen[Symbol.dispose]();
    expect(terminal.lines).toEqual(['one', 'two']);
  });

  it('writes once a frame, and nothing when nothing has changed', () => {
    for (let i = 0; i < 100; i++) screen.print(`line ${i}`);
    screen.status(() => ['a']);
    vi.advanceTimersByTime(10);
    expect(terminal.writes).toBe(1);
    screen.status(() => ['a']);
    vi.advanceTimersByTime(100);
    expect(terminal.writes).toBe(1);
  });

  it('erases all rows of lines that a narrower terminal has wrapped', () => {
    screen.status((columns) => ['x'.repeat(columns)]);
    vi.advanceTimersByTime(10);
    terminal.columns = 8;
    terminal.screen = ['xxxxxxxx', 'xxxxxxxx', 'xxxx', ''];
    terminal.emit('resize');
    vi.advanceTimersByTime(10);
    expect(terminal.lines).toEqual(['xxxxxxxx']);
  });

  it('leaves no listener behind', () => {
    screen[Symbol.dispose]();
    expect(terminal.listenerCount('resize')).toBe(0);
  });

  it('draws no more status lines than the window can take back', () => {
    terminal.rows = 5;
    screen.status(() => ['a', 'b', 'c', 'd', 'e']);
    vi.advanceTimersByTime(10);
    expect(terminal.lines).toEqual(['a', 'b', 'c']);
  });

  it('lets nothing in the stream move the cursor', () => {
    screen.print('one\u001b[1A\rtwo');
    vi.advanceTimersByTime(10);
    expect(terminal.lines).toEqual(['one\\x1b[1A\\x0dtwo']);
  });
});
