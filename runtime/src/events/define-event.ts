import type { z } from 'zod';
import { MscliError } from '../errors.js';

/**
 * What publisher and subscribers agree on: the name of an event and the shape of its data.
 * Both ends check it: a publisher cannot send, and a handler never sees, data of another shape.
 */
export interface EventContract<Data = unknown, Input = Data> {
  /** The event's type, also its routing key, such as `order.placed`. */
  readonly type: string;
  readonly schema: z.ZodType<Data, Input>;
}

/**
 * Defines an event. Contracts live in the workspace's `contracts/` package, so that services share them.
 *
 * @param type `<noun>.<past-tense verb>`: lower-case words separated by dots, such as `order.placed`
 * @param schema the shape of the data
 * @throws {MscliError} `INVALID_EVENT` when the type is not such a name
 *
 * @example
 * export const orderPlaced = defineEvent('order.placed', z.object({ orderId: z.string(), total: z.number() }));
 */
export function defineEvent<Data, Input = Data>(
  type: string,
  schema: z.ZodType<Data, Input>,
): EventContract<Data, Input> {
  if (type.length > 200 || !/^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(type)) {
    throw new MscliError('INVALID_EVENT', `"${type}" is not the name of an event.`, {
      hint: 'Name it <noun>.<past-tense verb> in lower case, such as order.placed.',
    });
  }
  return Object.freeze({ type, schema });
}
