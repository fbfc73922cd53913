import type { Socket } from 'node:net';
import { INITIAL_FRAME_MAX } from '../codec/frame.js';
import { FrameReader, type OnFrame } from '../codec/frame-reader.js';
import { Throttle } from './throttle.js';

export interface IntakeOptions {
  onFrame: OnFrame;
  /** Whether the client has to wait: nothing more of it is handled, and its socket is not read from. */
  full(): boolean;
  /** Called from time to time while it waits. */
  onHeld(): void;
  /** What came is no frame: nothing that follows can be read any more. */
  onFault(error: unknown): void;
}

/** The way in of a connection: cuts what its socket brings into frames, as fast as they may be handled. */
export class Intake {
  private readonly socket: Socket;
  private readonly options: IntakeOptions;
  private readonly frames = new FrameReader(INITIAL_FRAME_MAX);
  private readonly throttle: Throttle;

  constructor(socket: Socket, options: IntakeOptions) {
    this.socket = socket;
    this.options = options;
    const { onFrame, full, onHeld } = options;
    this.throttle = new Throttle(socket, {
      blocked: full,
      onResume: () => this.attempt(() => this.frames.resume(onFrame, full)),
      onHeld,
    });
  }

  /** The largest whole frame that the client may send, in bytes. */
  set frameMax(bytes: number) {
    this.frames.frameMax = bytes;
  }

  push(bytes: Buffer): void {
    const { onFrame, full } = this.options;
    this.attempt(() => this.frames.push(bytes, onFrame, full));
    this.throttle.check();
  }

  stop(): void {
    this.throttle.stop();
  }

  private attempt(read: () => void): void {
    try {
      read();
    } catch (error) {
      this.socket.removeAllListeners('data');
      this.socket.resume();
      this.options.onFault(error);
    }
  }
}
