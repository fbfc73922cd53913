import type { OwnAnswer } from './problem.js';

/** RFC 9110 §15. Node has them all, with the rest of its HTTP, which takes 1 MB and which nothing else here needs. */
const phrases: Readonly<Record<OwnAnswer['status'], string>> = {
  204: 'No Content',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  414: 'URI Too Long',
  417: 'Expectation Failed',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** What stands behind the status of an answer of the gateway's own. */
export function reasonPhrase(status: OwnAnswer['status']): string {
  return phrases[status];
}
