import type { App, Service } from '@mscli/runtime';
import { ordersController } from './controllers/orders.js';

export function routes(app: App, service: Service) {
  const orders = ordersController(service);
  app.get('/orders', orders.list);
  app.get('/orders/:id', orders.show);
  app.post('/orders', orders.place);
}
