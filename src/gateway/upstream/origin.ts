import type { Instance } from '@mscli/runtime/discovery';

/** Where an instance listens. */
export interface Origin {
  /** A name or an address, an IPv6 one without brackets. */
  readonly host: string;
  readonly port: number;
  /** Both, as a Host field has them. */
  readonly authority: string;
  /** With the scheme: what connections are kept by. */
  readonly key: string;
  readonly isSecure: boolean;
}

/** The origin of each instance, parsed once for each record; undefined where it is not one of http or https. */
export class Origins {
  readonly #known = new WeakMap<Instance, Origin | { kind: 'unknown' }>();

  of(instance: Instance): Origin | undefined {
    let origin = this.#known.get(instance);
    if (origin === undefined) {
      origin = httpOrigin(instance.url) ?? { kind: 'unknown' };
      this.#known.set(instance, origin);
    }
    return 'kind' in origin ? undefined : origin;
  }
}

function httpOrigin(text: string): Origin | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return undefined;
  const isSecure = url.protocol === 'https:';
  const port = Number(url.port || (isSecure ? 443 : 80));
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port, authority: url.host, key: url.origin, isSecure };
}
