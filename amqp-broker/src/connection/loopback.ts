/** Whether an address or host name is this machine's own. */
export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(localhost$|127\.|::1$|::ffff:127\.)/.test(address);
}
