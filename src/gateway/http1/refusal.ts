/** Why a message was not understood. After that nobody can tell where the next one begins, so the connection closes. */
export interface Refusal {
  readonly kind: 'refused';
  /** What a client is answered; a fault of an upstream is a 502 whatever stands here. */
  readonly status: RefusalStatus;
  /** One sentence for whoever sent the message. */
  readonly sentence: string;
}

export type RefusalStatus = 400 | 414 | 431 | 501;

export function refuse(status: RefusalStatus, sentence: string): Refusal {
  return { kind: 'refused', status, sentence };
}
