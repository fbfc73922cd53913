import type { z } from 'zod';
import { badStatus, type CallName, unusableAnswer } from './call-failures.js';
import { isJson } from './read-body.js';
import type { Answer } from './types.js';

/**
 * Makes of an answer's text what the caller wants.
 *
 * @throws CallError `CALL_STATUS` for another status than 2xx, `CALL_FAILED` for a body that cannot be used
 */
export async function decode<Body>(
  call: CallName,
  raw: Answer,
  schema: z.ZodType<Body> | undefined,
): Promise<Answer<Body>> {
  const isGood = raw.status >= 200 && raw.status < 300;
  const parsed = parse(raw);
  if (!isGood) throw badStatus(call, { ...raw, body: parsed.kind === 'ok' ? parsed.body : raw.body });
  if (parsed.kind === 'broken') throw unusableAnswer(call, 'a body that is not the JSON it claims to be', parsed.cause);
  return { ...raw, body: await understand(call, parsed.body, schema) };
}

/** Without a schema the caller takes whatever came, which is what `Body` says then. */
async function understand<Body>(call: CallName, body: unknown, schema: z.ZodType<Body> | undefined): Promise<Body> {
  if (schema === undefined) return body as Body;
  const { success, data, error } = await schema.safeParseAsync(body);
  if (success) return data;
  const faults = error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ');
  throw unusableAnswer(call, `a body that was not expected (${faults})`, error);
}

function parse({ headers, body }: Answer): { kind: 'ok'; body: unknown } | { kind: 'broken'; cause: unknown } {
  if (body === '') return { kind: 'ok', body: undefined };
  if (!isJson(headers['content-type'])) return { kind: 'ok', body };
  try {
    return { kind: 'ok', body: JSON.parse(String(body)) };
  } catch (cause) {
    return { kind: 'broken', cause };
  }
}
