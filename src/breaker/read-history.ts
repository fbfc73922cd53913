import { type HistoryEntry, historyPath, readHistory } from '@mscli/runtime/breaker';
import { discoveryPath } from '@mscli/runtime/discovery';
import { covers } from './covers.js';

export interface History {
  /** The oldest first. */
  entries: HistoryEntry[];
  /** How many older ones were left out. */
  older: number;
  /** Lines that could not be understood. */
  unreadable: number;
}

/**
 * What has happened to the breakers that a name covers, of late.
 *
 * @param name - such as `*->order-service`; undefined for all
 */
export async function recentHistory(stateUrl: string, name: string | undefined, limit: number): Promise<History> {
  const { entries, unreadable } = await readHistory(historyPath(discoveryPath(stateUrl)));
  const meant = entries.filter(({ breaker }) => name === undefined || touches(name, breaker));
  return { entries: meant.slice(-limit), older: Math.max(0, meant.length - limit), unreadable };
}

/** An order for a wildcard has happened to each breaker under it. */
function touches(name: string, breaker: string): boolean {
  return covers(name, breaker) || covers(breaker, name);
}
