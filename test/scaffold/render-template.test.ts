import { expect, test } from 'vitest';
import type { Template } from '../../src/scaffold/load-template.js';
import { parseManifest } from '../../src/scaffold/manifest.js';
import { renderNextSteps, renderTemplate } from '../../src/scaffold/render-template.js';

function template(manifest: string, files: Record<string, string>): Template {
  return {
    folder: '/template',
    manifest: parseManifest(`name: t\ndescription: t\n${manifest}`, '/template/template.yaml'),
    files: Object.entries(files).map(([path, content]) => ({ path, content: Buffer.from(content), executable: false })),
  };
}
const rendered = (...[from, answers, values]: Parameters<typeof renderTemplate>) =>
  Object.fromEntries(renderTemplate(from, answers, values).map(({ path, content }) => [path, String(content)]));

const questions = `questions:
  - { name: store, type: text, message: x, default: "" }
  - { name: metrics, type: confirm, message: x }
  - { name: topics, type: list, message: x }
`;

test('renders what ends in .ejs and copies the rest as it is', () => {
  const from = template('', { 'a.ts.ejs': 'const a = \'<%= name %>\' && "<b>";\n', 'raw.txt': '<%= name %>\n' });
  expect(rendered(from, { name: "it's" })).toEqual({
    'a.ts': "const a = 'it's' && \"<b>\";\n",
    'raw.txt': '<%= name %>\n',
  });
});

test.each([
  ['metrics', { metrics: true }, { metrics: false }],
  ['!metrics', { metrics: false }, { metrics: true }],
  ['topics', { topics: ['a'] }, { topics: [] }],
  ['store', { store: 'sqlite' }, { store: '' }],
  ['store=sqlite', { store: 'sqlite' }, { store: 'memory' }],
  ['!store=sqlite', { store: 'memory' }, { store: 'sqlite' }],
])('when: %s', (when, included, excluded) => {
  const from = template(`${questions}files: [{ path: src, when: "${when}" }]`, { 'src/a.ts': '', 'srcs.ts': '' });
  expect(Object.keys(rendered(from, included))).toEqual(['src/a.ts', 'srcs.ts']);
  expect(Object.keys(rendered(from, excluded))).toEqual(['srcs.ts']);
});

test('each and to make one file for each element', () => {
  const from = template(`${questions}files: [{ path: topic.ts, each: topics, to: "src/<%- kebab(item) %>.ts" }]`, {
    'topic.ts.ejs': '<%- pascal(item) %> of <%- name %>',
  });
  expect(rendered(from, { name: 'x', topics: ['order.placed', 'paid'] })).toEqual({
    'src/order-placed.ts': 'OrderPlaced of x',
    'src/paid.ts': 'Paid of x',
  });
});

test('values stand in place of answers of the same name', () => {
  const from = template(`${questions}files: [{ path: t, each: topics, to: "<%- item.type %>" }]`, { t: '' });
  expect(Object.keys(rendered(from, { topics: ['a'] }, { topics: [{ type: 'a-b' }] }))).toEqual(['a-b']);
});

test.each(['../x', 'a/../../x', '/etc/x', 'C:/x', 'a\\..\\x', '', '.'])('refuses the target path "%s"', (name) => {
  const from = template('files: [{ path: a, to: "<%- name %>" }]', { a: '' });
  expect(() => renderTemplate(from, { name })).toThrow('is not inside the target folder');
});

test('two files of the same path are refused', () => {
  const from = template(`${questions}files: [{ path: t, each: topics, to: "<%- kebab(item) %>" }]`, { t: '' });
  expect(() => renderTemplate(from, { topics: ['a.b', 'a-b'] })).toThrow('gives a-b twice');
});

test('a fault in EJS names the file and the line', () => {
  const from = template('', { 'a.ts.ejs': 'one\n<%- nobody %>\n' });
  expect(() => renderTemplate(from, {})).toThrow(/\/template\/a\.ts\.ejs:2[\s\S]*nobody is not defined/);
});

test('next steps may fall away', () => {
  const from = template('next: ["cd <%- name %>", "<% if (false) { %>x<% } %>"]', {});
  expect(renderNextSteps(from, { name: 'shop' })).toEqual(['cd shop']);
});
