import { defineEvent, z } from '@mscli/runtime';

/** An order is confirmed: its stock is taken and paid for. Amounts are in cents. */
export const orderPlaced = defineEvent(
  'order.placed',
  z.object({
    orderId: z.uuid(),
    userId: z.uuid(),
    productId: z.string(),
    quantity: z.int().positive(),
    total: z.int().nonnegative(),
  }),
);
