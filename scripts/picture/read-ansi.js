/**
 * @typedef {{ colour?: number, bold: boolean, dim: boolean }} Look `colour` is one of the sixteen, 0 to 15.
 * @typedef {Look & { text: string, column: number }} Run characters of one look, from a column on
 */

/**
 * Reads text with SGR sequences (ECMA-48 §8.3.117) into lines of runs. What is no SGR sequence must not be in it.
 *
 * @param {string} text
 * @returns {Run[][]}
 */
export function readAnsi(text) {
  /** @type {Look} */
  let look = { bold: false, dim: false };
  return text.split('\n').map((line) => {
    /** @type {Run[]} */
    const runs = [];
    let column = 0;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
    for (const [, codes = '', plain] of line.matchAll(/\x1b\[([\d;]*)m|([^\x1b]+)/g)) {
      if (plain === undefined) {
        look = codes.split(';').map(Number).reduce(change, look);
      } else {
        runs.push({ ...look, text: plain, column });
        column += [...plain].length;
      }
    }
    return runs;
  });
}

/** @param {Look} look @param {number} code @returns {Look} */
function change(look, code) {
  if (code === 0) return { bold: false, dim: false };
  if (code === 1) return { ...look, bold: true };
  if (code === 2) return { ...look, dim: true };
  if (code === 22) return { ...look, bold: false, dim: false };
  if (code >= 30 && code <= 37) return { ...look, colour: code - 30 };
  if (code >= 90 && code <= 97) return { ...look, colour: code - 90 + 8 };
  // The default background: the window has it already.
  if (code === 49) return look;
  if (code === 39) return { bold: look.bold, dim: look.dim };
  throw new Error(`the picture cannot show the SGR code ${code}`);
}
