import { defineService } from '@mscli/runtime';
import { onUserRegistered } from './events/user-registered.js';
import { debitMigrations } from './models/debit.js';
import { userMigrations } from './models/user.js';
import { routes } from './routes.js';

export const service = defineService({
  name: 'user-service',
  migrations: [...userMigrations, ...debitMigrations],
  routes,
  subscriptions: [onUserRegistered],
});
