import { drawRun } from './draw-run.js';
import { cell, colours } from './look.js';

const padding = 20;
const bar = 36;

/**
 * Draws a terminal's window around lines of runs, as SVG.
 *
 * @param {import('./read-ansi.js').Run[][]} lines
 * @param {{ columns: number, title: string, description: string }} options
 */
export function drawTerminal(lines, { columns, title, description }) {
  const width = Math.round(columns * cell.width + 2 * padding);
  const height = bar + lines.length * cell.height + 2 * padding - 8;
  const rows = lines.flatMap((runs, row) => {
    const top = bar + padding - 4 + row * cell.height;
    return runs.flatMap((run) => drawRun(run, { left: padding, top }));
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${description}</title>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="10" fill="${colours.background}" stroke="${colours.border}"/>
<path d="M.5 ${bar}V10.5a10 10 0 0 1 10-10H${width - 10.5}a10 10 0 0 1 10 10V${bar}Z" fill="${colours.bar}" stroke="${colours.border}"/>
${colours.buttons.map((fill, index) => `<circle cx="${20 + 20 * index}" cy="${bar / 2}" r="6" fill="${fill}"/>`).join('\n')}
<g font-family="${cell.font}" font-size="${cell.size}" fill="${colours.text}">
<text x="${width / 2}" y="${bar / 2 + 5}" text-anchor="middle" fill="${colours.dim}">${title}</text>
${rows.join('\n')}
</g>
</svg>
`;
}
