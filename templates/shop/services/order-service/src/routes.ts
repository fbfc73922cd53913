import { type App, type Service, z } from '@mscli/runtime';
import { ordersController } from './controllers/orders.js';
import { newOrder, order } from './models/order.js';

const params = z.object({ id: z.uuid() });

export function routes(app: App, service: Service) {
  const orders = ordersController(service);
  const onRequest = orders.loggedIn;
  const security = 'bearer';
  const listing = { summary: 'my orders', security, response: { 200: z.array(order) } } as const;
  app.get('/orders', { onRequest, schema: listing }, orders.list);

  const showing = { summary: 'one of my orders', security, params, response: { 200: order } } as const;
  app.get('/orders/:id', { onRequest, schema: showing }, orders.show);

  const answers = { 201: order, 202: order, 409: order };
  const placing = { summary: 'places an order', security, body: newOrder, response: answers } as const;
  app.post('/orders', { onRequest, schema: placing }, orders.place);
}
