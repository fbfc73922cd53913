import { readFile } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { failure } from '../errors.js';

/** The data of an event from the command line: JSON itself, `-` for standard input, `@file` for a file. */
export async function readPayload(
  given: string,
  { signal, stdin = process.stdin }: { signal: AbortSignal; stdin?: Readable },
): Promise<unknown> {
  if (given === '-') return parse(await text(addAbortSignal(signal, stdin)), 'standard input');
  if (given.startsWith('@')) return parse(await read(given.slice(1)), given.slice(1));
  return parse(given, 'the argument');
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw failure('NOT_FOUND', `The file ${path} cannot be read.`, { cause });
  }
}

function parse(json: string, where: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw failure('INVALID_EVENT', `${where} is not JSON: ${excerpt(json)}`, {
      hint: `The data of an event is JSON, such as '{"id":1}', - for standard input, or @file.json.`,
      cause,
    });
  }
}

function excerpt(json: string): string {
  const line = json.replaceAll(/\s+/g, ' ').trim();
  if (line === '') return 'it is empty';
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
