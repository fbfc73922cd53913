/** What one connection makes the broker hold beside the messages in queues, in bytes. */
export interface HeldBytes {
  /** Of bodies that have begun to come in and are not complete. */
  incoming: number;
  /** As the pager last saw it. */
  counted: number;
}

export function nothingHeld(): HeldBytes {
  return { incoming: 0, counted: 0 };
}
