import type { App, Service } from '@mscli/runtime';
import { productsController } from './controllers/products.js';
import { reservationsController } from './controllers/reservations.js';

export function routes(app: App, service: Service) {
  const products = productsController(service);
  app.get('/products', products.list);
  app.get('/products/:id', products.show);

  // For other services: the gateway has no route to it.
  const reservations = reservationsController(service);
  app.put('/reservations/:orderId', reservations.reserve);
  app.delete('/reservations/:orderId', reservations.release);
}
