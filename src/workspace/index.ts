export { addService, nextFreePort, type ServiceEntry } from './add-service.js';
export type { Config, RouteConfig, ServiceConfig } from './config.js';
export { editConfig, editConfigText } from './edit-config.js';
export { type Fault, FaultyFileError } from './fault.js';
export { CONFIG_FILE, findRoot, statePlace } from './find-root.js';
export { findWorkspace, type Workspace } from './find-workspace.js';
export { type ParseConfigOptions, parseConfig } from './parse-config.js';
export { writeAtomically } from './write-atomically.js';
