import { fold } from '../text/fold.js';
import type { Style } from '../text/style.js';
import { LiveScreen, type StatusLines } from './live-screen.js';
import type { Output } from './output.js';

/** Where `mscli up` writes: on a terminal a stream above live status lines, else plain lines. */
export interface UpStage extends Disposable {
  stream(text: string): void;
  say(text: string): void;
  status(lines: StatusLines): void;
  style: Style;
  /** Whether it draws over what the terminal echoes. */
  live: boolean;
}

export function upStage(
  output: Output,
  {
    live,
    stdout = process.stdout,
    stderr = process.stderr,
  }: { live: boolean; stdout?: NodeJS.WriteStream; stderr?: NodeJS.WriteStream },
): UpStage {
  const { style } = output.look;
  if (live && !output.json && stdout.isTTY && stderr.isTTY) {
    const screen = new LiveScreen({ stdout });
    return {
      stream: (text) => screen.print(fold(text, stdout.columns || 80)),
      say: (text) => screen.print(text),
      status: (lines) => screen.status(lines),
      style,
      live: true,
      [Symbol.dispose]: () => screen[Symbol.dispose](),
    };
  }
  return {
    stream: (text) => output.row(text, () => text),
    say: (text) => output.say(text),
    status: () => {},
    style,
    live: false,
    [Symbol.dispose]: () => {},
  };
}
