import { type RawHeaders, valuesOf } from '../../../../src/gateway/headers/raw-headers.js';

// Where the gateway is right to understand what nginx refuses or takes for something else, each with its reason.

const afterTab = 'a tab before a value is a blank, also of a Content-Length (RFC 9110 §5.5)';
const severalLines = 'Expect is a list, which may have several lines (RFC 9110 §5.3, §10.1.1)';
export const interimAnswer = 'an interim answer is not the last one (RFC 9110 §15.2)';

/** Why nginx refuses this request, undefined where there is no good reason. */
export function whyNginxRefuses(headers: RawHeaders, bytes: Buffer): string | undefined {
  return valuesOf(headers, 'expect').length > 1 ? severalLines : whyAnotherEnd(headers, bytes);
}

/** Why the body of this message ends elsewhere for nginx. */
export function whyAnotherEnd(headers: RawHeaders, bytes: Buffer): string | undefined {
  const hasLength = valuesOf(headers, 'content-length').length > 0;
  return hasLength && /^content-length: *\t/im.test(bytes.toString('latin1')) ? afterTab : undefined;
}
