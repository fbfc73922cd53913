/** A character's cell, in pixels. Text is set into it with `textLength`, whatever the width of the font found. */
export const cell = {
  width: 8.4,
  height: 20,
  size: 14,
  font: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace",
};

export const colours = {
  background: '#0d1117',
  bar: '#161b22',
  border: '#3d444d',
  buttons: ['#ff5f57', '#febc2e', '#28c840'],
  text: '#e6edf3',
  dim: '#8b949e',
  /** The sixteen of a terminal, in their order: black, red, green, yellow, blue, magenta, cyan, white, and bright. */
  palette: [
    ...['#484f58', '#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf', '#b1bac4'],
    ...['#6e7681', '#ffa198', '#56d364', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#ffffff'],
  ],
};
