import type { ClientRequest, IncomingMessage } from 'node:http';
import { forwardableTrailers } from '../headers/trailers.js';

export interface BodyPump {
  /** Whether any of the body was taken from the client, so that it cannot be sent again. */
  readonly touched: boolean;
  /** Whether the upstream must read first before more is taken from the client. */
  readonly blocked: boolean;
  start(): void;
  stop(): void;
}

/** Moves the request's body to the upstream as fast as the upstream takes it. Nothing moves before `start`. */
export function pumpRequestBody(incoming: IncomingMessage, request: ClientRequest, onProgress: () => void): BodyPump {
  let touched = false;
  const onData = (chunk: Buffer) => {
    touched = true;
    onProgress();
    if (!request.write(chunk)) incoming.pause();
  };
  const onDrain = () => {
    onProgress();
    incoming.resume();
  };
  const onEnd = () => {
    onProgress();
    const trailers = forwardableTrailers(incoming.rawTrailers);
    if (trailers.length > 0) request.addTrailers(trailers);
    request.end();
  };
  return {
    get touched() {
      return touched;
    },
    get blocked() {
      return request.writableNeedDrain;
    },
    start() {
      // A small body is there as a whole by now, and needs no stream.
      if (incoming.complete && incoming.rawTrailers.length === 0) {
        touched = true;
        request.end(incoming.read());
        return;
      }
      incoming.on('data', onData);
      incoming.on('end', onEnd);
      request.on('drain', onDrain);
    },
    stop() {
      incoming.off('data', onData);
      incoming.off('end', onEnd);
      request.off('drain', onDrain);
    },
  };
}
