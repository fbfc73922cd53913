import { type App, type Service, z } from '@mscli/runtime';
import { ordersController } from './controllers/orders.js';
import { newOrder, order } from './models/order.js';

const params = z.object({ id: z.uuid() });

export function routes(app: App, service: Service) {
  const orders = ordersController(service);
  app.get('/orders', { schema: { summary: 'my orders', response: { 200: z.array(order) } } }, orders.list);
  app.get('/orders/:id', { schema: { summary: 'one of my orders', params, response: { 200: order } } }, orders.show);

  const placing = { summary: 'places an order', body: newOrder, response: { 201: order, 202: order, 409: order } };
  app.post('/orders', { schema: placing }, orders.place);
}
