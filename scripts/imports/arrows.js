/**
 * Which folder of the CLI's sources may import which, and which parts of the runtime. Everybody may import `everywhere`.
 * An arrow that is not here may not exist: docs/architecture.md says why.
 *
 * @type {Record<string, { folders: string[], packages: string[] }>}
 */
export const arrows = {
  commands: { folders: ['*'], packages: ['@mscli/runtime/*'] },
  start: { folders: ['output', 'workspace', 'supervisor'], packages: [] },
  output: { folders: ['workspace', 'flags', 'prompts'], packages: [] },
  flags: { folders: [], packages: [] },
  prompts: { folders: [], packages: [] },
  bundling: { folders: [], packages: [] },
  breaker: { folders: ['workspace'], packages: ['@mscli/runtime/breaker', '@mscli/runtime/discovery'] },
  discovery: { folders: ['workspace'], packages: ['@mscli/runtime/discovery'] },
  events: {
    folders: ['workspace', 'broker', 'bundling'],
    packages: ['@mscli/runtime/events', '@mscli/runtime/telemetry'],
  },
  saga: { folders: ['workspace'], packages: ['@mscli/runtime/saga'] },
  doctor: {
    folders: ['workspace', 'broker', 'control', 'ports', 'supervisor', 'events'],
    packages: ['@mscli/runtime/discovery'],
  },
  scaffold: { folders: ['workspace', 'prompts'], packages: [] },
  // What a route may say is the gateway's own affair, and mscli.yaml is where it is said.
  workspace: { folders: ['gateway'], packages: [] },
  ports: { folders: [], packages: [] },
  text: { folders: [], packages: [] },
  broker: { folders: ['workspace', 'ports'], packages: ['@mscli/amqp-broker'] },
  control: { folders: ['workspace'], packages: ['@mscli/runtime/discovery'] },
  supervisor: {
    folders: ['workspace', 'broker', 'bundling', 'control', 'gateway', 'ports'],
    packages: ['@mscli/runtime/discovery'],
  },
  gateway: {
    folders: ['ports'],
    packages: [
      '@mscli/runtime/breaker',
      '@mscli/runtime/discovery',
      '@mscli/runtime/metrics',
      '@mscli/runtime/policies',
      '@mscli/runtime/telemetry',
    ],
  },
};

/** The error base, the pure text helpers and the package's own place. */
export const everywhere = { folders: ['errors', 'package-root', 'text'], packages: ['@mscli/runtime/errors'] };

/** Node modules that are kept out of a folder: a command parses and prints, a domain does the work. */
export const keptOut = {
  commands: ['node:fs', 'node:fs/promises', 'node:net', 'node:child_process', 'node:http'],
};
