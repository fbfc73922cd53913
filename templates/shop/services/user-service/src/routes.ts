import type { App, Service } from '@mscli/runtime';
import { debitsController } from './controllers/debits.js';
import { usersController } from './controllers/users.js';

export function routes(app: App, service: Service) {
  const users = usersController(service);
  app.get('/users/me', users.show);
  app.patch('/users/me', users.rename);

  // For other services: the gateway has no route to it.
  const debits = debitsController(service);
  app.put('/wallets/:userId/debits/:orderId', debits.debit);
  app.delete('/wallets/:userId/debits/:orderId', debits.refund);
}
