import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRequest } from '../../../../src/gateway/front/http2/read-request.js';
import { fieldLines } from '../../../../src/gateway/http1/field-text.js';
import { requestText } from '../../../../src/gateway/http1/request-text.js';
import { readRequests } from '../../setup/read-messages.js';

const limits = { bytes: 16_384, fields: 200 };
const head = [':method', 'POST', ':scheme', 'https', ':authority', 'a', ':path', '/a'];

const read = (fields: string[], isEnded = false) => readRequest([...head, ...fields], isEnded, limits);

describe('a request of HTTP/2', () => {
  it('is one of HTTP/1.1 with the authority as its Host, one Cookie and a chunked body', () => {
    expect(read(['cookie', 'a=1', 'x', 'y', 'cookie', 'b=2', 'cookie', 'c=3'])).toEqual({
      kind: 'request',
      head: {
        method: 'POST',
        target: '/a',
        httpVersion: '2.0',
        headers: ['host', 'a', 'cookie', 'a=1; b=2; c=3', 'x', 'y', 'transfer-encoding', 'chunked'],
      },
      framing: { kind: 'chunked' },
    });
  });

  it.each([
    [['content-length', '7'], false, { kind: 'length', length: 7 }],
    [['content-length', '0'], false, { kind: 'none' }],
    [['content-length', '0'], true, { kind: 'none' }],
    [[], true, { kind: 'none' }],
  ])('with %j has a body of its own kind', (fields, isEnded, framing) => {
    expect(read(fields, isEnded)).toMatchObject({ framing });
  });

  it('may repeat its authority as its Host', () => {
    expect(read(['host', 'A', 'x', 'y'], true)).toMatchObject({ head: { headers: ['host', 'a', 'x', 'y'] } });
  });

  it('means the same over HTTP/1.1, whatever is in it, or is refused', () => {
    const odd = fc.constantFrom('\r\n', '\n', '\r', '\0', ' ', '\t', ':', 'x', '/', '\x7f', '\xff', ',', ';', '%0d%0a');
    const text = (plain: string) =>
      fc.oneof(
        { weight: 4, arbitrary: fc.constant(plain) },
        { weight: 1, arbitrary: fc.array(odd, { maxLength: 4 }).map((parts) => plain + parts.join('')) },
        { weight: 1, arbitrary: fc.array(odd, { maxLength: 4 }).map((parts) => parts.join('') + plain) },
      );
    const field = fc.oneof(
      fc.tuple(text('x-a'), text('b')),
      fc.tuple(text('content-length'), text('3')),
      fc.tuple(text('transfer-encoding'), text('chunked')),
      fc.tuple(text('host'), text('a')),
      fc.tuple(text('cookie'), text('a=1')),
      fc.tuple(fc.constantFrom('connection', 'te', 'Upgrade', 'expect'), text('trailers')),
    );
    const request = fc.record({
      method: text('POST'),
      path: text('/a'),
      authority: fc.option(text('a'), { nil: undefined }),
      fields: fc.array(field, { maxLength: 4 }),
    });
    let taken = 0;
    fc.assert(
      fc.property(request, ({ method, path, authority, fields }) => {
        const pseudo = [':method', method, ':scheme', 'https', ':path', path];
        const raw = [...pseudo, ...(authority === undefined ? [] : [':authority', authority]), ...fields.flat()];
        const found = readRequest(raw, false, limits);
        if (found.kind === 'refused') return;
        taken += 1;
        const { head, framing } = found;
        const body = framing.kind === 'chunked' ? '0\r\n\r\n' : framing.kind === 'length' ? 'abc' : '';
        const sent = Buffer.from(requestText(head.method, head.target, fieldLines(head.headers)) + body, 'latin1');
        const { messages, refused, isWaiting } = readRequests([sent]);
        expect([refused, isWaiting, messages.length]).toEqual([undefined, false, 1]);
        expect(messages[0]).toMatchObject({
          head: { method: head.method, target: head.target, headers: head.headers },
          framing,
          isComplete: true,
        });
      }),
      { numRuns: 5_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});
