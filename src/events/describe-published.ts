import type { PublishedEvent } from './publish-event.js';

/** What to tell who has published an event. */
export function describePublished({ key, id, trace, routed }: PublishedEvent): string {
  const lines = [`published ${key}`, `  id     ${id}`, `  trace  ${trace}`];
  if (!routed) lines.push('no queue took it: no service that has run here subscribes to this key');
  return `${lines.join('\n')}\n`;
}
