import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '@oclif/core/command';

export type CommandConfig = ConstructorParameters<typeof Command>[1];

/**
 * What an oclif command asks of its configuration while it parses and runs. There are no plugins and no hooks, so that
 * nothing is searched for at start; help is rendered by the build with oclif's full configuration.
 */
export function commandConfig(root: string): CommandConfig {
  const pjson = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const used: Partial<Record<keyof CommandConfig, unknown>> = {
    root,
    pjson,
    name: pjson.name,
    version: pjson.version,
    bin: pjson.oclif.bin,
    topicSeparator: pjson.oclif.topicSeparator,
    userAgent: `${pjson.name}/${pjson.version}`,
    plugins: new Map(),
    commandIDs: [],
    findCommand: () => undefined,
    runHook: async () => ({ successes: [], failures: [] }),
    scopedEnvVar: () => undefined,
    scopedEnvVarKey: (key: string) => `MSCLI_${key}`,
    scopedEnvVarKeys: (key: string) => [`MSCLI_${key}`],
    scopedEnvVarTrue: () => false,
  };
  return used as CommandConfig;
}
