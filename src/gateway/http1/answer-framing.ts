import type { RawHeaders } from '../headers/raw-headers.js';
import { declaredFraming } from './declared-framing.js';
import { type Framing, noBody, untilClose } from './framing.js';
import { type Refusal, refuse } from './refusal.js';

/** The end of an answer's body, which depends on what was asked (RFC 9112 §6.3). */
export function answerFraming(
  answer: { status: number; httpVersion: '1.0' | '1.1'; headers: RawHeaders },
  method: string,
): Framing | Refusal {
  const declared = declaredFraming(answer.headers, answer.httpVersion);
  if (declared?.kind === 'refused') return declared;
  if (answer.status < 200) {
    return declared === undefined || declared.kind === 'none' ? noBody : refuse(400, 'An interim answer has a body.');
  }
  if (method === 'HEAD' || answer.status === 204 || answer.status === 304) return noBody;
  return declared ?? untilClose;
}
