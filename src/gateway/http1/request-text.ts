/** The head of a request to an upstream; each of its field lines ends with CRLF. */
export function requestText(method: string, target: string, lines: string): string {
  return `${method} ${target} HTTP/1.1\r\n${lines}\r\n`;
}
