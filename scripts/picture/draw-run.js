import { cell, colours } from './look.js';

/**
 * Draws what a run says, each piece at its own column, so that columns stand in line in any font.
 *
 * @param {import('./read-ansi.js').Run} run
 * @param {{ left: number, top: number }} place of the row's first cell
 * @returns {string[]}
 */
export function drawRun(run, { left, top }) {
  return piecesOf(run).map(({ text, column }) => {
    const x = left + column * cell.width;
    const paint = paintOf(run);
    // Drawn, so that it is one line from row to row.
    if (text === '│') return `<path d="M${round(x + cell.width / 2)} ${top}v${cell.height}" stroke="${paint.fill}"/>`;
    const attributes = {
      x: round(x),
      y: top + 15,
      textLength: round(text.length * cell.width),
      lengthAdjust: 'spacingAndGlyphs',
      fill: paint.fill === colours.text ? undefined : paint.fill,
      'font-weight': paint.weight,
    };
    return `<text${attributesOf(attributes)}>${escaped(text)}</text>`;
  });
}

/**
 * Words with single spaces between them; what is not ASCII may come from another font, and stands alone.
 *
 * @param {import('./read-ansi.js').Run} run
 */
function piecesOf({ text, column }) {
  return [...text.matchAll(/[!-~]+(?: [!-~]+)*|[^ -~]/g)].map((match) => ({
    text: match[0],
    column: column + match.index,
  }));
}

/** @param {import('./read-ansi.js').Run} run */
function paintOf({ colour, bold, dim }) {
  const fill = colour === undefined ? (dim ? colours.dim : colours.text) : colours.palette[colour];
  return { fill, weight: bold ? 'bold' : undefined };
}

/** @param {Record<string, string | number | undefined>} attributes */
function attributesOf(attributes) {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('');
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
