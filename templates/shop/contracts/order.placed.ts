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

/** What tests deliver. */
export const orderPlacedExample = {
  orderId: '7d2b5a52-3f0e-4b3f-9d5e-0c8f5a1e2b3c',
  userId: '1f0c7a2e-8a4d-4a53-9b1a-6d2e4f8c9b0a',
  productId: 'keyboard',
  quantity: 2,
  total: 9800,
};
