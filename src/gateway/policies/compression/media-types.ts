/** Whether a Content-Type is on a list of media types, such as `application/json` or `text/*`. */
export function mediaTypeFilter(listed: readonly string[]): (contentType: string | undefined) => boolean {
  const exact = new Set(listed.filter((type) => !type.endsWith('/*')));
  const families = new Set(listed.filter((type) => type.endsWith('/*')).map((type) => type.slice(0, -1)));
  return (contentType) => {
    if (contentType === undefined) return false;
    const type = (contentType.split(';', 1)[0] as string).trim().toLowerCase();
    if (exact.has(type)) return true;
    // A stream of events would hold a coder for as long as it is open: whoever wants that names it.
    return type !== 'text/event-stream' && families.has(type.slice(0, type.indexOf('/') + 1));
  };
}

/** What becomes much smaller. Most images, films and archives are compressed already. */
export const defaultMediaTypes: readonly string[] = [
  'text/*',
  'application/json',
  'application/problem+json',
  'application/ld+json',
  'application/vnd.api+json',
  'application/x-ndjson',
  'application/manifest+json',
  'application/javascript',
  'application/xml',
  'application/xhtml+xml',
  'application/rss+xml',
  'application/atom+xml',
  'application/graphql-response+json',
  'application/wasm',
  'image/svg+xml',
  'image/bmp',
  'font/ttf',
  'font/otf',
];
