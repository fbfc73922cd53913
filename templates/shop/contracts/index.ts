export * from './access-token.js';
export * from './order.placed.js';
export * from './user.registered.js';
