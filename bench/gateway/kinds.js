/** @typedef {{ name: string, method: 'GET' | 'POST', path: string, body: number }} Kind */

/** What is asked for. @type {Kind[]} */
export const kinds = [
  { name: 'GET 1 KB', method: 'GET', path: '/bench/1k', body: 0 },
  { name: 'POST 10 KB', method: 'POST', path: '/bench/post', body: 10_240 },
  { name: 'GET 64 KB', method: 'GET', path: '/bench/64k', body: 0 },
];
