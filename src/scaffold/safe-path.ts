import { failure } from '../errors.js';

/** A target path of a template: relative, with slashes, without a way out of the target folder. */
export function safePath(path: string, where: string): string {
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  const escapes = path.startsWith('/') || /^[A-Za-z]:/.test(path) || path.includes('\\') || segments.includes('..');
  if (escapes || path.includes('\0') || segments.length === 0) {
    throw failure('INVALID_TEMPLATE', `${where} would write "${path}", which is not inside the target folder.`, {
      hint: 'Use a relative path without "..".',
    });
  }
  return segments.join('/');
}
