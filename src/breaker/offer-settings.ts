import { type Discovery, discoveryPath, updateDiscovery } from '@mscli/runtime/discovery';

/** Makes mscli.yaml's breaker settings known to whatever runs without a supervisor. */
export async function offerSettings(stateUrl: string, breakerSettings: Discovery['breakerSettings']): Promise<void> {
  await updateDiscovery(discoveryPath(stateUrl), (draft) => {
    draft.breakerSettings = breakerSettings;
  });
}
