import { LiveScreen } from './live-screen.js';
import type { Output } from './output.js';

/** A text that is drawn anew on a terminal, and stays there when it ends. */
export interface LiveView extends Disposable {
  draw(): void;
}

/** Times in the text go on while nothing else happens. */
const everyMs = 1000;

/** Undefined where there is no terminal to draw on. */
export function liveView(
  { json }: Pick<Output, 'json'>,
  text: (columns: number) => string,
  stdout: NodeJS.WriteStream = process.stdout,
): LiveView | undefined {
  if (json || !stdout.isTTY) return undefined;
  const screen = new LiveScreen({ stdout });
  const draw = () => screen.status((columns) => text(columns).trimEnd().split('\n'));
  const timer = setInterval(draw, everyMs);
  return {
    draw,
    [Symbol.dispose]: () => {
      clearInterval(timer);
      screen.print(text(stdout.columns || 80));
      screen[Symbol.dispose]();
    },
  };
}
