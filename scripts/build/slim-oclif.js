/**
 * Leaves out of the bundle what oclif loads at every start and our commands never use: its loader of plugins, its
 * renderer of help (the build has rendered it) and of errors (src/output has its own), its colours, spinner, templates
 * and debug log. This halves the start.
 *
 * @type {import('esbuild').Plugin}
 */
export const slimOclif = {
  name: 'slim-oclif',
  setup(build) {
    build.onResolve({ filter: /^@oclif\/core$/ }, () => ({ path: 'facade', namespace: 'slim-oclif' }));
    build.onResolve({ filter: /.*/ }, ({ path, importer }) => {
      const fromOclif = /node_modules\/@oclif\/core\/lib\/(.+)\.js$/.exec(importer)?.[1];
      const stub = unused.find(([from, module]) => (from === '*' || from === fromOclif) && module === path);
      return fromOclif !== undefined && stub !== undefined
        ? { path: stub[2] ?? 'nothing', namespace: 'slim-oclif' }
        : undefined;
    });
    build.onLoad({ filter: /.*/, namespace: 'slim-oclif' }, ({ path }) => ({
      contents: contents[path] ?? '',
      loader: 'js',
      resolveDir: process.cwd(),
    }));
  },
};

/** Importing module (within oclif), imported module, what stands in for it. */
const unused = [
  ['command', './config'],
  ['flags', './help'],
  ['ux/index', './action/spinner', 'action'],
  ['ux/index', './action/simple', 'action'],
  ['errors/index', './handle'],
  ['*', 'wrap-ansi', 'unwrapped'],
  ['*', 'clean-stack', 'unwrapped'],
  ['*', 'ejs'],
  ['*', 'debug', 'debug'],
  ['parser/parse', 'node:readline', 'readline'],
  ['parser/errors', '../ux/theme', 'theme'],
  ['errors/errors/cli', '../../ux/theme', 'theme'],
  ['ux/index', './theme', 'theme'],
  ['ux/colorize-json', './theme', 'theme'],
];

/** @type {Record<string, string>} */
const contents = {
  facade: `
    export * as Args from '@oclif/core/args';
    export * as Flags from '@oclif/core/flags';
    export { Command } from '@oclif/core/command';`,
  nothing: 'module.exports = {};',
  unwrapped: 'module.exports = (text) => text;',
  action: 'module.exports = class {};',
  // For a missing argument it looks whether standard input has it.
  readline: "exports.createInterface = (options) => require('node:readline').createInterface(options);",
  theme: 'exports.colorize = (color, text) => text;',
  debug: 'module.exports = () => Object.assign(() => {}, { enabled: false, extend: module.exports });',
};
