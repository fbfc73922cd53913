import type { RoutePass } from '../admission/pass.js';
import { type FieldEdits, removeField, setField } from '../headers/field-edits.js';
import type { RoutePolicies } from './settings/route-policies.js';

type Settings = NonNullable<RoutePolicies['headers']>;

/** Sets and removes header fields, of the request for the service and of the answer for the client. */
export function editFields({ request, answer }: Settings): RoutePass {
  return (exchange) => {
    if (request !== undefined) exchange.requestEdits = apply(request, exchange.requestEdits);
    if (answer !== undefined) exchange.answerEdits = apply(answer, exchange.answerEdits);
    return undefined;
  };
}

function apply(
  { set, remove }: NonNullable<Settings['request']>,
  edits: FieldEdits | undefined,
): FieldEdits | undefined {
  let changed = edits;
  for (const name of remove) changed = removeField(changed, name);
  for (const [name, value] of Object.entries(set)) changed = setField(changed, name, value);
  return changed;
}
