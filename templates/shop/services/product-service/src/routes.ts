import { type App, type Service, z } from '@mscli/runtime';
import { productsController } from './controllers/products.js';
import { reservationsController } from './controllers/reservations.js';
import { product } from './models/product.js';
import { newReservation, reservation } from './models/reservation.js';

const params = z.object({ orderId: z.uuid() });

export function routes(app: App, service: Service) {
  const products = productsController(service);
  app.get('/products', { schema: { summary: 'the catalogue', response: { 200: z.array(product) } } }, products.list);
  app.get('/products/:id', { schema: { summary: 'one product', response: { 200: product } } }, products.show);

  // For other services: the gateway has no route to it.
  const reservations = reservationsController(service);
  const reserving = { params, body: newReservation, response: { 200: reservation } };
  app.put('/reservations/:orderId', { schema: reserving }, reservations.reserve);
  app.delete('/reservations/:orderId', { schema: { params } }, reservations.release);
}
