/** What one check has found: all is well, something may surprise, or something will not work. */
export interface Finding {
  /** What was looked at, such as `ports`. */
  check: string;
  status: 'ok' | 'warn' | 'fail';
  /** What is the case, with the values. */
  message: string;
  /** The way out. */
  hint?: string;
}
