import { LiveScreen } from './live-screen.js';
import type { Output } from './output.js';

/** A text that is drawn anew on a terminal, and stays there when it ends. */
export interface LiveView extends Disposable {
  draw(): void;
}

/** Undefined where there is no terminal to draw on. */
export function liveView(
  { json }: Pick<Output, 'json'>,
  text: (columns: number) => string,
  stdout: NodeJS.WriteStream = process.stdout,
): LiveView | undefined {
  if (json || !stdout.isTTY) return undefined;
  const screen = new LiveScreen({ stdout });
  return {
    draw: () => screen.status((columns) => text(columns).trimEnd().split('\n')),
    [Symbol.dispose]: () => {
      screen.print(text(stdout.columns || 80));
      screen[Symbol.dispose]();
    },
  };
}
