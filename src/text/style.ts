/** Paints text for a terminal, or leaves it plain. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  blue(text: string): string;
  magenta(text: string): string;
  cyan(text: string): string;
}

export const plain: Style = styleOf((text) => text);

/** ECMA-48 §8.3.117, SGR: the eight colours that every terminal maps to its own palette. */
export const coloured: Style = styleOf((text, on, off) => (text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`));

function styleOf(paint: (text: string, on: number, off: number) => string): Style {
  return {
    bold: (text) => paint(text, 1, 22),
    dim: (text) => paint(text, 2, 22),
    red: (text) => paint(text, 31, 39),
    green: (text) => paint(text, 32, 39),
    yellow: (text) => paint(text, 33, 39),
    blue: (text) => paint(text, 34, 39),
    magenta: (text) => paint(text, 35, 39),
    cyan: (text) => paint(text, 36, 39),
  };
}
