import { defineService } from '@mscli/runtime';
import { orderMigrations } from './models/order.js';
import { routes } from './routes.js';
import { placeOrder } from './sagas/place-order.js';

export const service = defineService({
  name: 'order-service',
  migrations: orderMigrations,
  routes,
  sagas: [placeOrder],
});
