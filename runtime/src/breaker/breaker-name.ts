/** The name of the breaker between two services, such as `gateway->order-service`. */
export function breakerName(caller: string, callee: string): string {
  return `${caller}->${callee}`;
}

/** Takes a breaker's name apart; undefined when it is not one. Either side may be the wildcard `*`. */
export function parseBreakerName(name: string): { caller: string; callee: string } | undefined {
  const [caller, callee, ...rest] = name.split('->');
  return caller && callee && rest.length === 0 ? { caller, callee } : undefined;
}
