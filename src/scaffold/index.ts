export { install } from './install.js';
export { type NewService, type NewServiceOptions, planService } from './new-service.js';
export { type NewWorkspace, type NewWorkspaceOptions, planWorkspace } from './new-workspace.js';
export type { Plan } from './plan.js';
export { planTree } from './plan-tree.js';
export { promptOfTerminal } from './prompt.js';
export { writePlan } from './write-plan.js';
