import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { unknownCommand } from '../../src/start/unknown-command.js';
import { tempFolder } from '../workspace/temp-folder.js';

const pages = ['up', 'down', 'ps', 'logs', 'new', 'new.service', 'new.workspace', 'saga.list', 'restart'];

test.each([
  ['upp', 'Did you mean `mscli up`?'],
  ['lgos', 'Did you mean `mscli logs`?'],
  ['new servce', 'Did you mean `mscli new service`?'],
  ['start', 'Did you mean `mscli up`?'],
  ['stop now', 'Did you mean `mscli down`?'],
  ['version', 'Did you mean `mscli --version`?'],
  ['constructor', 'Run `mscli --help` for the list.'],
])('%s: %s', async (typed, hint) => {
  using folder = tempFolder(Object.fromEntries(pages.map((page) => [`mscli.${page}.txt`, ''])));
  const error = await unknownCommand(typed.split(' '), pathToFileURL(join(folder.path, '/')));
  expect(error).toMatchObject({ code: 'USAGE', hint });
});
