import { expect, test } from 'vitest';
import { pathTemplates } from '../../../src/host/openapi/path-templates.js';

test.each([
  ['/', ['/']],
  ['/orders/:id', ['/orders/{id}']],
  ['/users/:userId/orders/:orderId', ['/users/{userId}/orders/{orderId}']],
  ['/at/:hour(^\\d{2})h:minute(^(?:\\d{2}))m', ['/at/{hour}h{minute}m']],
  ['/near/:lat-:lng', ['/near/{lat}-{lng}']],
  ['/posts/:id?', ['/posts', '/posts/{id}']],
  ['/files/*', ['/files/{rest}']],
  ['/jobs::run', ['/jobs:run']],
])('%s is %j', (url, paths) => {
  const templates = pathTemplates(url);
  expect(templates.map(({ path }) => path)).toEqual(paths);
  for (const { path, names } of templates)
    expect(names.map((name) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
});
