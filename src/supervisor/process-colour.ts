import type { Style } from '../text/style.js';

const colours = ['cyan', 'magenta', 'green', 'yellow', 'blue'] as const;

/** Paints what belongs to one process; the same place in the list gives the same colour. */
export function processColour(index: number, style: Style): (text: string) => string {
  return style[colours[Math.max(0, index) % colours.length] ?? 'cyan'];
}

/** `order-service │ `, in the colour of the process, as wide as the longest name. */
export function processPrefix(name: string, names: readonly string[], style: Style): string {
  const width = Math.max(name.length, ...names.map(({ length }) => length));
  return processColour(names.indexOf(name), style)(`${name.padEnd(width)} │ `);
}
