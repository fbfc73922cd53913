/**
 * A part of an answer's body: lent bytes, or a short one as latin1 text, as most go to their client. What is kept of it must be
 * copied.
 */
export type AnswerPart = Buffer | string;

/** The bytes of a part, which nobody else has. */
export function copyOf(part: AnswerPart): Buffer {
  return typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part);
}
