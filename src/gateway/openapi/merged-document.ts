import { createHash } from 'node:crypto';
import { readPolicies } from '../policies/read-policies.js';
import type { RouteTable } from '../routing/route-table.js';
import type { OpenApiSettings } from '../settings/openapi.js';
import type { Authorities } from '../upstream/trusted-authorities.js';
import { fetchDocument } from './fetch-document.js';
import { mergeDocuments, type ServiceDocument } from './merge/merge-documents.js';
import type { DocumentedRoute } from './merge/service-part.js';
import { DOCUMENT_PATH, GATEWAY } from './own-paths.js';

/** The merged document as it is served. */
export interface ServedDocument {
  body: Buffer;
  etag: string;
}

export interface MergeSource {
  readonly settings: OpenApiSettings;
  /** The routes to services at the moment. */
  routes(): RouteTable;
  /** The origin of some instance of a service. */
  locate(service: string): string | undefined;
  /** Whom to believe in who a service at an https URL is. */
  readonly authorities: Authorities;
  /** Monotonic, in milliseconds. */
  now(): number;
}

const FRESH_MS = 5_000;
const FETCH_MS = 2_000;

/** Asks the services for their documents when somebody wants to see the merged one, and remembers that for a few seconds. */
export class MergedDocument {
  readonly #source: MergeSource;
  #latest: { table: RouteTable; until: number; document: Promise<ServedDocument> } | undefined;

  constructor(source: MergeSource) {
    this.#source = source;
  }

  get(): Promise<ServedDocument> {
    const table = this.#source.routes();
    const now = this.#source.now();
    if (this.#latest === undefined || this.#latest.table !== table || this.#latest.until <= now) {
      this.#latest = { table, until: now + FRESH_MS, document: this.#merge(table) };
    }
    return this.#latest.document;
  }

  async #merge(table: RouteTable): Promise<ServedDocument> {
    const routes = table.routes.flatMap((route): DocumentedRoute[] => {
      if (route.service === GATEWAY) return [];
      const { policies } = readPolicies(route);
      // A route that is closed leads nowhere.
      return policies === undefined ? [] : [{ ...route, policies, rewritePrefix: policies.rewritePrefix }];
    });
    const services = [...new Set(routes.map(({ service }) => service))].sort();
    const documents = await Promise.all(services.map((service) => this.#documentOf(service)));
    const body = Buffer.from(`${JSON.stringify(mergeDocuments(documents, routes, table, this.#source.settings))}\n`);
    return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
  }

  async #documentOf(service: string): Promise<ServiceDocument> {
    const { settings, locate, authorities } = this.#source;
    const origin = locate(service);
    if (origin === undefined) return { service, missing: 'no instance of it is ready' };
    try {
      const { documents } = settings;
      const path = Object.hasOwn(documents, service) ? documents[service] : undefined;
      const url = new URL(path ?? DOCUMENT_PATH, origin);
      return { service, document: await fetchDocument(url, { signal: AbortSignal.timeout(FETCH_MS), authorities }) };
    } catch (error) {
      return { service, missing: (error as Error).message };
    }
  }
}
