import type { Route } from '@mscli/runtime/discovery';
import type { Surroundings } from './compose-route.js';
import { KeptState } from './kept-state.js';
import { bareRoute, type ServedRoute } from './served-route.js';

export interface ComposedRoutes {
  routes: ServedRoute[];
  /** Sentences about routes that are closed. */
  faults: string[];
}

/**
 * Composes the routes anew at each change; what has not changed keeps its state. What policies need, their schema above all,
 * is loaded with the first route that has some: a gateway without any is 3 MB smaller.
 */
export class RouteComposer {
  readonly #surroundings: Surroundings;
  #loaded: typeof import('./compose-route.js') | undefined;

  constructor(surroundings: Omit<Surroundings, 'state'>) {
    this.#surroundings = { ...surroundings, state: new KeptState() };
  }

  /** A promise only where something is to be loaded. */
  compose(routes: readonly Route[]): ComposedRoutes | Promise<ComposedRoutes> {
    if (this.#loaded !== undefined) return this.#compose(routes, this.#loaded);
    if (routes.every(({ policies }) => policies === undefined)) return { routes: routes.map(bareRoute), faults: [] };
    return import('./compose-route.js').then((loaded) => {
      this.#loaded = loaded;
      return this.#compose(routes, loaded);
    });
  }

  #compose(routes: readonly Route[], { composeRoute }: typeof import('./compose-route.js')): ComposedRoutes {
    const composed = routes.map((route) => composeRoute(route, this.#surroundings));
    this.#surroundings.state.settle();
    return { routes: composed.map(({ route }) => route), faults: composed.flatMap(({ faults }) => faults) };
  }
}
