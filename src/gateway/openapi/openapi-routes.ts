import type { RoutePass } from '../admission/pass.js';
import { type Problem, problem } from '../answers/problem.js';
import type { StoredAnswer } from '../answers/stored-answer.js';
import type { Exchange } from '../exchange.js';
import { valuesOf } from '../headers/raw-headers.js';
import { isKnownTo, notModified } from '../policies/cache/not-modified.js';
import { chooseCoding } from '../policies/compression/accept-encoding.js';
import { bareRoute, type ServedRoute } from '../policies/served-route.js';
import { MergedDocument, type MergeSource, type ServedDocument } from './merged-document.js';
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

function documentPage(exchange: Exchange, { body, etag }: ServedDocument): Answer {
  if (exchange.key !== DOCUMENT_PATH) return notThere();
  const answer = page('application/json', body, ['ETag', etag, 'Cache-Control', 'no-cache']);
  if (!isKnownTo(exchange.headers, answer.head)) return answer;
  return { kind: 'stored', head: notModified(answer.head), body: Buffer.alloc(0) };
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
  const takesGzip = chooseCoding(valuesOf(exchange.headers, 'accept-encoding'), ['gzip']) !== undefined;
  if (!takesGzip) return page(file.type, await unzipped(file), fields);
  return page(file.type, file.zipped, [...fields, 'Content-Encoding', 'gzip']);
}

const cached = ['Cache-Control', 'max-age=3600'];

function page(type: string, text: Buffer | string, fields: readonly string[]): StoredAnswer {
  const body = typeof text === 'string' ? Buffer.from(text) : text;
  const headers = ['Content-Type', type, 'Content-Length', String(body.length), ...fields];
  return { kind: 'stored', head: { status: 200, reason: 'OK', httpVersion: '1.1', headers }, body };
}

function notThere(): Problem {
  return problem('no-route', 'There is nothing at this path.');
}
