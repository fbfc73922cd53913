/** What to tell a watcher about its connection. */
export function describeConnection(state: 'listening' | 'lost' | 'back', patterns: readonly string[]): string {
  switch (state) {
    case 'listening':
      return `watching ${patterns.join(', ')}; Ctrl-C ends`;
    case 'lost':
      return 'the broker is gone; waiting for it to come back';
    case 'back':
      return 'the broker is back; events published in between were not seen';
    default:
      return state satisfies never;
  }
}
