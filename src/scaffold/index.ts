export { carryOut } from './carry-out.js';
export { describeService, describeWorkspace, serviceResult, workspaceResult } from './describe.js';
export { planService } from './new-service.js';
export { planWorkspace } from './new-workspace.js';
export { promptOfTerminal } from './prompt.js';
