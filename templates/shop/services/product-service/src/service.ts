import { defineService } from '@mscli/runtime';
import { productMigrations } from './models/product.js';
import { reservationMigrations } from './models/reservation.js';
import { routes } from './routes.js';

export const service = defineService({
  name: 'product-service',
  migrations: [...productMigrations, ...reservationMigrations],
  routes,
});
