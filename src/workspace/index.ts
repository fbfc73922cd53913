export type { Config, RouteConfig, ServiceConfig } from './config.js';
export { type Fault, FaultyFileError } from './fault.js';
export { CONFIG_FILE, findRoot, findWorkspace, type Workspace } from './find-workspace.js';
