import { type App, type Service, z } from '@mscli/runtime';
import { debitsController } from './controllers/debits.js';
import { usersController } from './controllers/users.js';
import { debited, newDebit } from './models/debit.js';
import { newName, user } from './models/user.js';

const params = z.object({ userId: z.uuid(), orderId: z.uuid() });

export function routes(app: App, service: Service) {
  const users = usersController(service);
  const onRequest = users.loggedIn;
  const showing = { summary: 'my profile', security: 'bearer', response: { 200: user } } as const;
  app.get('/users/me', { onRequest, schema: showing }, users.show);

  const renaming = { summary: 'changes my name', security: 'bearer', body: newName, response: { 200: user } } as const;
  app.patch('/users/me', { onRequest, schema: renaming }, users.rename);

  // For other services: the gateway has no route to it.
  const debits = debitsController(service);
  const path = '/wallets/:userId/debits/:orderId';
  app.put(path, { schema: { params, body: newDebit, response: { 200: debited } } }, debits.debit);
  app.delete(path, { schema: { params } }, debits.refund);
}
