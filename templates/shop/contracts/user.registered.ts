import { defineEvent, z } from '@mscli/runtime';

/** Somebody has registered with auth-service. */
export const userRegistered = defineEvent('user.registered', z.object({ userId: z.uuid(), email: z.string() }));

/** What tests deliver. */
export const userRegisteredExample = { userId: '1f0c7a2e-8a4d-4a53-9b1a-6d2e4f8c9b0a', email: 'ada@example.com' };
