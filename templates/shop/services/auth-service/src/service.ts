import { defineService } from '@mscli/runtime';
import { accountMigrations } from './models/account.js';
import { signingKeyMigrations } from './models/signing-key.js';
import { routes } from './routes.js';

export const service = defineService({
  name: 'auth-service',
  migrations: [...accountMigrations, ...signingKeyMigrations],
  routes,
});
