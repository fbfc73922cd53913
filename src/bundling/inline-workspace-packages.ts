import { isBuiltin } from 'node:module';
import type { Plugin, ResolveResult } from 'esbuild';

/**
 * What lies outside `node_modules` once links are resolved is the user's own source (the contracts, for one) and goes
 * into the bundle; an installed package stays an import, so that it keeps its files, its natives and its one instance.
 */
export const inlineWorkspacePackages: Plugin = {
  name: 'inline-workspace-packages',
  setup(build) {
    const resolved = new Map<string, Promise<ResolveResult>>();
    build.onStart(() => resolved.clear());
    build.onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind === 'entry-point' || pluginData === asked) return undefined;
      if (isBuiltin(path)) return { path, external: true };
      const key = `${resolveDir}\0${path}`;
      const resolving = resolved.get(key) ?? build.resolve(path, { kind, importer, resolveDir, pluginData: asked });
      resolved.set(key, resolving);
      const result = await resolving;
      if (result.errors.length > 0 || result.external) return { ...result, external: result.external };
      return /[\\/]node_modules[\\/]/.test(result.path) ? { path, external: true } : { path: result.path };
    });
  },
};

const asked = Symbol('asked by this plugin');
