/**
 * What a TypeScript file imports and re-exports, statically, late, or as types.
 *
 * @param {string} source
 * @returns {{ specifier: string, line: number }[]}
 */
export function importsOf(source) {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, blank);
  const pattern =
    /(?:^|[\s;}])(?:import|export)\b[^'"`;()]*?\bfrom\s*(['"])([^'"]+)\1|\bimport\s*\(?\s*(['"])([^'"]+)\3/g;
  return [...code.matchAll(pattern)].map((match) => ({
    specifier: match[2] ?? match[4] ?? '',
    line: code.slice(0, match.index + match[0].length).split('\n').length,
  }));
}

/** @param {string} text */
function blank(text) {
  return text.replaceAll(/[^\n]/g, ' ');
}
