import BreakerTrip from './trip.js';

export default class BreakerDisable extends BreakerTrip {
  static override description = `switch a circuit breaker off, so that every call passes

Calls are no longer counted and never refused. Shows first who will feel it, and asks, unless --yes is given. The order
is written into the discovery file, which all instances of the caller obey, those that start later too; the command
waits up to two seconds for their reports. Quote the name: an unquoted > is a redirection.`;
  static override examples = [
    {
      description: 'for ten minutes',
      command: `<%= config.bin %> breaker disable 'order-service->product-service' --for 10m`,
    },
    {
      description: 'all of the gateway, without a question',
      command: `<%= config.bin %> breaker disable 'gateway->*' --reason "load test" --yes`,
    },
  ];
  protected override readonly kind = 'disable';
}
