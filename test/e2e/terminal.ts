import { randomUUID } from 'node:crypto';
import { execa } from 'execa';
import { eventually } from '../support/eventually.js';

/** A real terminal: a tmux session of its own server, typed into and read like a person would. */
export interface Terminal extends AsyncDisposable {
  /** Types text, or presses a key such as `Enter` or `C-c`. */
  press(...keys: string[]): Promise<void>;
  type(text: string): Promise<void>;
  screen(): Promise<string>;
  /** Waits until the screen shows it. */
  shows(text: string | RegExp): Promise<string>;
  /** Closes the terminal as closing its window does. */
  close(): Promise<void>;
}

export async function openTerminal(cwd: string): Promise<Terminal> {
  const socket = `mscli-${randomUUID()}`;
  // The folder is not on the command line, so that the terminal does not count among the processes of a workspace.
  const tmux = (...args: string[]) => execa('tmux', ['-L', socket, '-f', '/dev/null', ...args], { cwd });
  await tmux('new-session', '-d', '-x', '100', '-y', '40', '-e', 'PS1=$ ', 'bash', '--norc', '--noprofile');
  const screen = async () => (await tmux('capture-pane', '-p')).stdout;
  const close = async () => {
    await tmux('kill-server').catch(() => {});
  };
  return {
    press: async (...keys) => void (await tmux('send-keys', ...keys)),
    type: async (text) => void (await tmux('send-keys', '-l', text)),
    screen,
    async shows(text) {
      const seen = async () => (typeof text === 'string' ? (await screen()).includes(text) : text.test(await screen()));
      await eventually(seen, 60_000).catch(async () => {
        throw new Error(`the terminal does not show ${text}, but:\n${await screen()}`);
      });
      return screen();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Why there is no terminal to test with; undefined when there is one. */
export async function terminalReason(): Promise<string | undefined> {
  return execa('tmux', ['-V']).then(
    () => undefined,
    () => 'tmux is not installed',
  );
}
