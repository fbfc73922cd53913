/** A page of the gateway's own. */
export interface Page {
  kind: 'page';
  status: 200 | 304;
  /** Header fields: name, value, name, value. Those of the length, the date and the request are not among them. */
  fields: readonly string[];
  body: Buffer;
}
