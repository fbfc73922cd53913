import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const patienceMs = 60_000;

/** Ends with another word where the last command has failed. */
const prompt = '\\n\\[\\e[36m\\]$([ $? = 0 ] && echo "$" || echo failed)\\[\\e[0m\\] ';

/**
 * A real terminal, wide and high enough for the whole picture: a tmux session with a plain bash, of its
 * own server at `socket`.
 *
 * @param {{ socket: string, cwd: string, path: string, columns: number, rows: number, signal: AbortSignal }} options
 */
export async function openTerminal({ socket, cwd, path, columns, rows, signal }) {
  const { NO_COLOR: _, FORCE_COLOR: __, TMUX: ___, ...inherited } = process.env;
  // Without HISTFILE, bash keeps no history.
  const env = { ...inherited, PATH: path, LC_ALL: 'C.UTF-8', HISTFILE: '', PS1: prompt };
  /** @param {string[]} args */
  const tmux = async (...args) => {
    const all = ['-u', '-S', socket, '-f', '/dev/null', ...args];
    return (await promisify(execFile)('tmux', all, { cwd, env })).stdout;
  };
  const size = ['-x', String(columns), '-y', String(rows)];
  // In words of its own: a shell that tmux starts to read the command would take PS1 away.
  await tmux('new-session', '-d', ...size, 'bash', '--norc', '--noprofile');

  /** Waits until the shell asks for a command, after as many prompts as are given. @param {number} prompts */
  async function ready(prompts) {
    const until = Date.now() + patienceMs;
    for (;;) {
      const lines = (await tmux('capture-pane', '-p')).trimEnd().split('\n');
      if (lines.at(-1) === 'failed') throw new Error(`a command failed:\n${lines.join('\n')}`);
      if (lines.at(-1) === '$' && lines.filter((line) => /^\$( |$)/.test(line)).length === prompts) return;
      if (Date.now() > until) throw new Error(`the terminal does not come back from this:\n${lines.join('\n')}`);
      await sleep(50, undefined, { signal });
    }
  }

  let prompts = 1;
  return {
    /** Types a command, as a person would, and waits for its end. @param {string} command */
    async type(command) {
      await ready(prompts);
      await tmux('send-keys', '-l', command);
      await tmux('send-keys', 'Enter');
      prompts += 1;
      await ready(prompts);
    },
    /** Empties the screen. */
    async clear() {
      await tmux('send-keys', 'C-l');
      prompts = 1;
      await ready(prompts);
    },
    /** What stands on the screen, with its colours, without the prompt at the end. */
    async read() {
      const screen = await tmux('capture-pane', '-p', '-e');
      return screen.trimEnd().split('\n').slice(0, -1).join('\n').trim();
    },
    async close() {
      await tmux('kill-server');
    },
  };
}

/** Whether this machine can open such a terminal. */
export async function hasTmux() {
  return promisify(execFile)('tmux', ['-V']).then(
    () => true,
    () => false,
  );
}
