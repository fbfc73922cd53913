import type { RoutePass } from '../admission/pass.js';
import { type Preflight, problem } from '../answers/problem.js';
import type { Exchange } from '../exchange.js';
import { appendField, removeField, setField } from '../headers/field-edits.js';
import { valuesOf } from '../headers/raw-headers.js';
import type { RoutePolicies } from './settings/route-policies.js';
import { milliseconds } from './settings/units.js';

type Settings = NonNullable<RoutePolicies['cors']>;

/**
 * CORS (Fetch §3.3): answers preflights, and tells browsers which pages may read an answer. The service's own CORS fields are
 * replaced. A WebSocket of another origin is refused here, since browsers don't ask before they open one.
 */
export function answerOrigins(settings: Settings): RoutePass {
  const { origins, credentials, expose } = settings;
  const everyone = origins.includes('*');
  const known: ReadonlySet<string> = new Set(origins);
  return (exchange) => {
    const [origin, another] = valuesOf(exchange.headers, 'origin');
    const allowed = origin !== undefined && another === undefined && (everyone || known.has(origin));
    if (isPreflight(exchange, origin)) {
      return allowed ? preflight(settings, everyone ? '*' : origin) : refused();
    }
    if (exchange.upgrade && origin !== undefined && !allowed) return refused();
    for (const name of ownFields) exchange.answerEdits = removeField(exchange.answerEdits, name);
    if (!everyone) exchange.answerEdits = appendField(exchange.answerEdits, 'Vary', 'Origin');
    if (!allowed) return undefined;
    let edits = setField(exchange.answerEdits, 'Access-Control-Allow-Origin', everyone ? '*' : origin);
    if (credentials) edits = setField(edits, 'Access-Control-Allow-Credentials', 'true');
    if (expose.length > 0) edits = setField(edits, 'Access-Control-Expose-Headers', expose.join(', '));
    exchange.answerEdits = edits;
    return undefined;
  };
}

const ownFields = [
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-expose-headers',
] as const;

function isPreflight({ method, headers }: Exchange, origin: string | undefined): boolean {
  return method === 'OPTIONS' && origin !== undefined && valuesOf(headers, 'access-control-request-method').length > 0;
}

/** Lists all that is allowed instead of repeating what was asked for, and lets the browser compare. */
function preflight({ methods, headers, credentials, maxAge }: Settings, origin: string): Preflight {
  return {
    kind: 'preflight',
    status: 204,
    fields: [
      ...['Access-Control-Allow-Origin', origin],
      ...['Access-Control-Allow-Methods', methods.join(', ')],
      ...(headers.length === 0 ? [] : ['Access-Control-Allow-Headers', headers.join(', ')]),
      ...(credentials ? ['Access-Control-Allow-Credentials', 'true'] : []),
      ...['Access-Control-Max-Age', String(Math.floor(milliseconds(maxAge) / 1000))],
      ...(origin === '*' ? [] : ['Vary', 'Origin']),
    ],
  };
}

function refused() {
  return problem('origin-refused', 'Pages of this origin may not call this route.', { fields: ['Vary', 'Origin'] });
}
