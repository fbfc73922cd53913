import { request as httpRequest, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { MscliError } from '../errors.js';
import type { ControlProblem, LogLine, Status } from './protocol.js';
import { isRunning, readRecord } from './supervisor-record.js';

/** The running supervisor of a workspace, reached through its control socket. */
export interface Control {
  readonly pid: number;
  status(signal?: AbortSignal): Promise<Status>;
  /** Takes the name of a process, as in `status`. Fails with `NOT_FOUND`. */
  restart(process: string, signal?: AbortSignal): Promise<void>;
  /** Asks for the stop; resolves when the supervisor has ended. */
  stop(signal?: AbortSignal): Promise<void>;
  logs(process: string, options: { follow: boolean; signal: AbortSignal }): AsyncIterable<LogLine>;
}

/** `undefined` when nothing runs in the workspace. */
export function connectControl({ stateFolder }: { stateFolder: string }): Control | undefined {
  const record = readRecord(stateFolder);
  if (!record || !isRunning(record)) return undefined;
  const stillRuns = () => isRunning(record) && readRecord(stateFolder)?.pid === record.pid;
  const { pid, socket } = record;
  return {
    pid,
    status: async (signal) => (await call(socket, 'GET', '/status', signal)) as Status,
    restart: async (process, signal) => {
      await call(socket, 'POST', `/restart/${encodeURIComponent(process)}`, signal);
    },
    stop: async (signal) => {
      await call(socket, 'POST', '/stop', signal);
      const pause = () => sleep(20, undefined, signal ? { signal } : {});
      while (stillRuns()) await pause();
      // It takes its record away and then ends, unless it is part of a program that goes on.
      for (let waits = 0; waits < 100 && pid !== process.pid && isRunning(record); waits++) await pause();
    },
    logs: (process, { follow, signal }) =>
      streamLines(socket, `/logs/${encodeURIComponent(process)}${follow ? '?follow' : ''}`, signal),
  };
}

/** A restart builds before it answers. */
const patienceMs = 30_000;

async function call(socket: string, method: string, path: string, signal?: AbortSignal): Promise<unknown> {
  const late = AbortSignal.timeout(patienceMs);
  let response: IncomingMessage;
  let body = '';
  try {
    response = await open(socket, method, path, signal ? AbortSignal.any([signal, late]) : late);
    for await (const chunk of response.setEncoding('utf8')) body += chunk;
  } catch (error) {
    if (signal?.aborted || !late.aborted) throw error;
    throw new MscliError('TIMEOUT', `The supervisor has not answered within ${patienceMs / 1000} s.`, {
      hint: 'If it hangs, kill it; the next command cleans up after it.',
      cause: error,
    });
  }
  const parsed: unknown = JSON.parse(body);
  if ((response.statusCode ?? 500) < 300) return parsed;
  const { code, message, hint } = parsed as ControlProblem;
  throw new MscliError(code, message, hint === undefined ? {} : { hint });
}

async function* streamLines(socket: string, path: string, signal: AbortSignal): AsyncGenerator<LogLine> {
  const response = await open(socket, 'GET', path, signal);
  try {
    for await (const line of createInterface({ input: response })) yield JSON.parse(line) as LogLine;
  } finally {
    response.destroy();
  }
}

/** A supervisor that has just started may not listen yet; one that just ends no longer does. */
async function open(socket: string, method: string, path: string, signal?: AbortSignal): Promise<IncomingMessage> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send(socket, method, path, signal);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if ((code !== 'ENOENT' && code !== 'ECONNREFUSED') || attempt === 40) throw unreachable(socket, error);
      await sleep(50, undefined, signal ? { signal } : {});
    }
  }
}

function send(socketPath: string, method: string, path: string, signal?: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpRequest({ socketPath, method, path, agent: false, ...(signal ? { signal } : {}) }, resolve)
      .once('error', reject)
      .end();
  });
}

function unreachable(socket: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'ECONNREFUSED') return cause;
  return new MscliError('NOT_RUNNING', `The supervisor does not answer at ${socket}.`, {
    hint: 'It is about to start or to end; try again.',
    cause,
  });
}
