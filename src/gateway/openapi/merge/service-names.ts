import { isMap, type Json, type JsonMap, listOf, mapOf, pointerTo, pointerTokens, valueAt } from './json.js';
import { rewrite } from './rewrite.js';
import type { Room } from './room.js';

/** What stands under `components` (OpenAPI 3.1 §4.8.7). */
const kinds = new Set([
  ...['schemas', 'responses', 'parameters', 'examples', 'requestBodies', 'headers', 'securitySchemes', 'links'],
  ...['callbacks', 'pathItems'],
]);

interface Component {
  kind: string;
  /** In the service's own document, or made up for what that keeps elsewhere. */
  name: string;
  value: Json;
}

/**
 * What a service calls its schemas and the like, as the merged document calls them: with the service's name in front. Gathers
 * what has been referred to, so that the rest stays out.
 */
export class ServiceNames {
  readonly #service: string;
  readonly #document: JsonMap;
  readonly #room: Room;
  readonly #waiting: Component[] = [];
  /** New references by the service's own. */
  readonly #known = new Map<string, string>();
  #madeUp = 0;

  constructor(service: string, document: JsonMap, room: Room) {
    this.#service = service;
    this.#document = document;
    this.#room = room;
  }

  of(name: string): string {
    return `${this.#service}.${name.replace(/[^\w.-]/g, '_')}`;
  }

  /** A part of the document with all that refers to other parts, or is named itself, under its new name. */
  renamed(part: Json): Json {
    return rewrite(part, (object) => this.#change(object));
  }

  /** Security requirements (OpenAPI 3.1 §4.8.30). */
  requirements(list: Json | undefined): JsonMap[] {
    return listOf(list).map((requirement) =>
      Object.fromEntries(
        Object.entries(mapOf(requirement)).map(([name, scopes]) => {
          this.#reference(`#/components/securitySchemes/${name}`);
          return [this.of(name), scopes];
        }),
      ),
    );
  }

  /** Whatever was referred to, and what that refers to, by kind. */
  components(): Record<string, JsonMap> {
    const components = new Map<string, Map<string, Json>>();
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const { kind, name, value } = next;
      this.#room.take(value);
      const renamed = this.renamed(value);
      const named = components.get(kind) ?? new Map<string, Json>();
      components.set(kind, named);
      named.set(this.of(name), kind === 'schemas' && isMap(renamed) ? this.#withHeirs(name, renamed) : renamed);
    }
    return Object.fromEntries([...components].map(([kind, named]) => [kind, Object.fromEntries(named)]));
  }

  #change(object: JsonMap): Json {
    if (typeof object.$ref === 'string') return { ...object, $ref: this.#reference(object.$ref) };
    // A link may lead to an operation that the gateway does not let through.
    const { links: _, ...rest } = object;
    const changed = 'links' in object && !('schema' in object) ? rest : object;
    if (isMap(changed.discriminator)) return this.#withMapping(changed, changed.discriminator);
    if (typeof changed.operationId !== 'string' || !('responses' in changed)) return changed;
    return { ...changed, operationId: this.of(changed.operationId) };
  }

  /** The new reference. What is in another document stays where it is. */
  #reference(reference: string): string {
    const known = this.#known.get(reference);
    if (known !== undefined) return known;
    const tokens = pointerTokens(reference);
    if (tokens === undefined) return reference;
    const [root, kind = '', name = '', ...rest] = tokens;
    if (root !== 'components' || !kinds.has(kind) || name === '') return this.#elsewhere(reference, tokens);
    const made = pointerTo(['components', kind, this.of(name), ...rest]);
    this.#known.set(reference, made);
    if (rest.length > 0) this.#reference(pointerTo(['components', kind, name]));
    else this.#waiting.push({ kind, name, value: valueAt(this.#document, ['components', kind, name]) ?? {} });
    return made;
  }

  /** A part that is not among the components gets a place there: paths have other keys in the merged document. */
  #elsewhere(reference: string, tokens: readonly string[]): string {
    const value = valueAt(this.#document, tokens) ?? {};
    const kind = kindOf(value);
    const name = `part${++this.#madeUp}`;
    const made = pointerTo(['components', kind, this.of(name)]);
    this.#known.set(reference, made);
    this.#waiting.push({ kind, name, value });
    return made;
  }

  /** Without a mapping the names of the schemas tell them apart, and these have changed. */
  #withMapping(schema: JsonMap, discriminator: JsonMap): JsonMap {
    const given = Object.entries(mapOf(discriminator.mapping)).map(([value, target]) => [value, this.#target(target)]);
    const choices = [...listOf(schema.oneOf), ...listOf(schema.anyOf)].flatMap((choice) => {
      const reference = mapOf(choice).$ref;
      return typeof reference === 'string' ? [[this.#ownName(reference), reference]] : [];
    });
    const told = new Set(given.map(([, target]) => target));
    const mapping = Object.fromEntries([...given, ...choices.filter(([, reference]) => !told.has(reference))]);
    return Object.keys(mapping).length === 0 ? schema : { ...schema, discriminator: { ...discriminator, mapping } };
  }

  #target(target: Json | undefined): Json {
    if (typeof target !== 'string') return target ?? '';
    const isName = Object.hasOwn(mapOf(mapOf(this.#document.components).schemas), target);
    return this.#reference(isName ? pointerTo(['components', 'schemas', target]) : target);
  }

  #ownName(reference: string): string {
    return (pointerTokens(reference)?.at(-1) ?? reference).replace(`${this.#service}.`, '');
  }

  /** Those that build on a schema with a discriminator are found by their names too (OpenAPI 3.1 §4.8.25). */
  #withHeirs(name: string, schema: JsonMap): JsonMap {
    if (!isMap(schema.discriminator) || 'oneOf' in schema || 'anyOf' in schema) return schema;
    const own = pointerTo(['components', 'schemas', name]);
    const all = Object.entries(mapOf(mapOf(this.#document.components).schemas));
    this.#room.takeBytes(all.length);
    const heirs = all.filter(([, heir]) => listOf(mapOf(heir).allOf).some((part) => mapOf(part).$ref === own));
    const oneOf = heirs.map(([heir]) => ({ $ref: this.#reference(pointerTo(['components', 'schemas', heir])) }));
    const { discriminator } = this.#withMapping({ oneOf, discriminator: schema.discriminator }, schema.discriminator);
    return { ...schema, discriminator: discriminator ?? schema.discriminator };
  }
}

function kindOf(value: Json): string {
  if (!isMap(value)) return 'schemas';
  if ('in' in value && 'name' in value) return 'parameters';
  if ('content' in value) return 'description' in value ? 'responses' : 'requestBodies';
  return 'schemas';
}
