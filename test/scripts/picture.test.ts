import { expect, it } from 'vitest';
import { drawTerminal } from '../../scripts/picture/draw-terminal.js';
import { readAnsi } from '../../scripts/picture/read-ansi.js';

it('reads colours, weights and columns', () => {
  expect(readAnsi('\u001b[1mshop\u001b[0m is \u001b[32;2mup\u001b[39;49m\n\u001b[22m│ a')).toEqual([
    [
      { text: 'shop', column: 0, bold: true, dim: false },
      { text: ' is ', column: 4, bold: false, dim: false },
      { text: 'up', column: 8, bold: false, dim: true, colour: 2 },
    ],
    [{ text: '│ a', column: 0, bold: false, dim: false }],
  ]);
});

it('refuses what it cannot show', () => {
  expect(() => readAnsi('\u001b[7minverse')).toThrow('7');
});

it('sets words at their columns, draws lines, and escapes', () => {
  const options = { columns: 10, title: 'shop', description: 'a test' };
  const svg = drawTerminal(readAnsi('\u001b[1ma b\u001b[0m   <c>\n│ →'), options);
  expect(svg).toContain(
    '<text x="20" y="67" textLength="25.2" lengthAdjust="spacingAndGlyphs" font-weight="bold">a b</text>',
  );
  expect(svg).toContain('<text x="70.4" y="67" textLength="25.2" lengthAdjust="spacingAndGlyphs">&lt;c&gt;</text>');
  expect(svg).toContain('<path d="M24.2 72v20" stroke="#e6edf3"/>');
  expect(svg).toContain('<text x="36.8" y="87" textLength="8.4" lengthAdjust="spacingAndGlyphs">→</text>');
});
