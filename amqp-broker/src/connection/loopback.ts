import { BlockList, isIP } from 'node:net';

/** Whether an address, or the name localhost, is this machine's own. Other names are not: nobody knows what they resolve to. */
export function isLoopback(address: string | undefined): boolean {
  if (address === undefined) return false;
  const family = isIP(address);
  if (family === 0) return address === 'localhost';
  return LOOPBACK.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** An IPv4 address that is written as IPv6 (::ffff:127.0.0.1) is checked as IPv4. */
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');
