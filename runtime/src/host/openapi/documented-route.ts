/** What a route says about itself in its `schema`, beside the schemas that its requests are checked by. */
export interface RouteDocs {
  /** A few words, such as `lists the orders`. */
  readonly summary?: string;
  readonly description?: string;
  readonly operationId?: string;
  readonly tags?: readonly string[];
  readonly deprecated?: boolean;
  /** Who may ask: whoever has a bearer token. The handler checks it. Default: nothing is said. */
  readonly security?: 'bearer';
  /** Left out of the document. */
  readonly hide?: boolean;
}

/** A route as the document of a service sees it. The schemas are zod's. */
export interface DocumentedRoute {
  readonly method: string;
  /** As fastify takes it: `/orders/:id`. */
  readonly url: string;
  readonly schema?: RouteDocs & {
    readonly body?: unknown;
    readonly params?: unknown;
    readonly querystring?: unknown;
    readonly headers?: unknown;
    /** By status, such as 201 or `2xx`. */
    readonly response?: unknown;
  };
}
