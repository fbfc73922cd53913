import { defineEvent, z } from '@mscli/runtime';

/** Somebody has registered with auth-service. */
export const userRegistered = defineEvent('user.registered', z.object({ userId: z.uuid(), email: z.email() }));
