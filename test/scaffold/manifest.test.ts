import { expect, test } from 'vitest';
import { parseManifest } from '../../src/scaffold/manifest.js';
import { FaultyFileError } from '../../src/workspace/index.js';

function faultsOf(text: string): string[] {
  try {
    parseManifest(text, 'template.yaml');
  } catch (error) {
    if (!(error instanceof FaultyFileError)) throw error;
    expect(error.code).toBe('INVALID_TEMPLATE');
    return error.faults.map(({ line, column, path, message }) => `${line}:${column} ${path} ${message}`);
  }
  return [];
}

test('the smallest manifest has a name and a description', () => {
  expect(parseManifest('name: a\ndescription: b\n', 'template.yaml')).toEqual({
    name: 'a',
    description: 'b',
    questions: [],
    files: [],
    include: [],
    services: {},
    routes: [],
    next: [],
  });
});

test('every fault is reported at once with its line', () => {
  const text = `name: a
descripton: b
questions:
  - { name: Bad, type: text, message: x }
  - { name: kind, type: choice, message: x }
  - { name: level, type: select, message: x, choices: [] }
  - { name: word, type: text, message: x, pattern: "(", defualt: y }
`;
  expect(faultsOf(text)).toEqual([
    '1:1 description is missing: it must be text',
    '2:1 descripton is not a key of the file; did you mean "description"?',
    '4:13 questions.0.name must be a name such as database, not "Bad"',
    '5:25 questions.1.type must be text, confirm, select or list, not "choice"',
    '6:46 questions.2.choices must have a choice',
    '7:52 questions.3.pattern must be a regular expression, not "("',
    '7:57 questions.3.defualt is not a key of questions.3; did you mean "default"?',
  ]);
});

test('rules name answers that exist', () => {
  const text = `name: a
description: b
questions:
  - { name: store, type: text, message: x }
  - { name: store, type: text, message: x }
  - { name: port, type: text, message: x }
files:
  - { path: a, when: "!stroe" }
  - { path: b, when: store=sqlite }
  - { path: c, each: topics }
  - { path: d, when: name }
`;
  expect(faultsOf(text)).toEqual([
    '5:13 questions.1.name "store" is asked already',
    '6:13 questions.2.name "port" is asked already',
    '8:22 files.0.when names the unknown answer "stroe"; did you mean "store"?',
    '10:22 files.2.each names the unknown answer "topics"',
  ]);
});
