import type { RoutePass } from '../admission/pass.js';
import { type Problem, problem } from '../answers/problem.js';
import type { StoredAnswer } from '../answers/stored-answer.js';
import type { Exchange } from '../exchange.js';
import { firstValue, listMembers } from '../headers/raw-headers.js';
import { bareRoute, type ServedRoute } from '../policies/served-route.js';
import { MergedDocument, type MergeSource } from './merged-document.js';
import { DOCUMENT_PATH, GATEWAY } from './own-paths.js';
import { PageFiles, unzipped } from './page-files.js';
import { contentPolicy, pageText, startScript } from './page-text.js';

/** The gateway's own routes that describe what is behind the others: the document and the page that shows it. */
export function openApiRoutes(source: MergeSource, files = new PageFiles()): ServedRoute[] {
  const { path } = source.settings;
  const document = new MergedDocument(source);
  return [
    ownRoute(DOCUMENT_PATH, (exchange) => document.get().then((served) => documentPage(exchange, served))),
    ownRoute(path, (exchange) => pageOf(exchange, source.settings, files)),
  ];
}

type Answer = StoredAnswer | Problem | Promise<StoredAnswer | Problem>;

function ownRoute(path: string, answer: (exchange: Exchange) => Answer): ServedRoute {
  const pass: RoutePass = (exchange) =>
    exchange.method === 'GET' || exchange.method === 'HEAD' ? answer(exchange) : methodRefused();
  return { ...bareRoute({ path, service: GATEWAY, stripPrefix: false }), passes: [pass] };
}

function methodRefused(): Problem {
  return problem('method-not-allowed', 'This can only be read.', { fields: ['Allow', 'GET, HEAD'] });
}

function documentPage(exchange: Exchange, { body, etag }: { body: Buffer; etag: string }): Answer {
  if (exchange.key !== DOCUMENT_PATH) return notThere();
  const fields = ['ETag', etag, 'Cache-Control', 'no-cache'];
  const known = listMembers(exchange.headers, 'if-none-match');
  if (known.includes(etag.toLowerCase()) || known.includes(`w/${etag.toLowerCase()}`) || known.includes('*')) {
    return stored(304, fields, Buffer.alloc(0));
  }
  return page('application/json', body, fields);
}

function pageOf(exchange: Exchange, { title, path }: MergeSource['settings'], files: PageFiles): Answer {
  if (exchange.key === path) {
    const fields = ['Content-Security-Policy', contentPolicy, 'X-Content-Type-Options', 'nosniff'];
    return page('text/html; charset=utf-8', pageText(title, path), [...fields, 'Cache-Control', 'no-cache']);
  }
  const name = exchange.key.slice(path.length + 1);
  if (name === 'start.js') return page('text/javascript; charset=utf-8', startScript, cached);
  return files.find(name)?.then((file) => filePage(exchange, file)) ?? notThere();
}

async function filePage(
  exchange: Exchange,
  file: Awaited<ReturnType<PageFiles['find']>> & object,
): Promise<StoredAnswer> {
  const fields = [...cached, 'Vary', 'Accept-Encoding'];
  const takesGzip = /(?:^|[,\s])(?:gzip|\*)(?!\s*;\s*q=0(?:\.0*)?(?:$|[,\s]))/i.test(
    firstValue(exchange.headers, 'accept-encoding') ?? '',
  );
  if (!takesGzip) return page(file.type, await unzipped(file), fields);
  return page(file.type, file.zipped, [...fields, 'Content-Encoding', 'gzip']);
}

const cached = ['Cache-Control', 'max-age=3600'];

function page(type: string, text: Buffer | string, fields: readonly string[]): StoredAnswer {
  const body = typeof text === 'string' ? Buffer.from(text) : text;
  return stored(200, ['Content-Type', type, 'Content-Length', String(body.length), ...fields], body);
}

function stored(status: 200 | 304, headers: string[], body: Buffer): StoredAnswer {
  const reason = status === 200 ? 'OK' : 'Not Modified';
  return { kind: 'stored', head: { status, reason, httpVersion: '1.1', headers }, body };
}

function notThere(): Problem {
  return problem('no-route', 'There is nothing at this path.');
}
