/** Node's TLS. It takes 3 MB, so it is loaded by the first who needs it: without https upstreams nobody does. */
export function tls(): typeof import('node:tls') {
  return process.getBuiltinModule('node:tls');
}
