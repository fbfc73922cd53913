import type { OutgoingHttpHeaders } from 'node:http2';
import type { RawHeaders } from '../../headers/raw-headers.js';

/** The header fields of an answer as node:http2 takes them. */
export function answerFields(status: number, headers: RawHeaders): OutgoingHttpHeaders {
  return { ':status': status, ...fieldsOf(headers) };
}

/** Lines of one name become one (RFC 9110 §5.3), which node:http2 insists on for many names, but for those whose values hold commas. */
export function fieldsOf(headers: RawHeaders): OutgoingHttpHeaders {
  const fields: OutgoingHttpHeaders = Object.create(null);
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const [name, value] = [(headers[i] as string).toLowerCase(), headers[i + 1] as string];
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else fields[name] = apart.has(name) ? [String(before), value] : `${before}, ${value}`;
  }
  return fields;
}

const apart: ReadonlySet<string> = new Set(['set-cookie', 'www-authenticate', 'proxy-authenticate']);
