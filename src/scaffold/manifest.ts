import * as z from 'zod';
import { describeIssue, type Finding, nearest, readYaml } from '../workspace/index.js';
import { formats } from './formats.js';

const text = z.string({ error: 'must be text' });
const form = {
  /** Checks and normalises the answer. */
  format: z.enum(Object.keys(formats) as [keyof typeof formats]).optional(),
  /** A regular expression that the whole answer must match. */
  pattern: text.refine(isRegExp, { error: 'must be a regular expression' }).optional(),
};
const common = {
  name: z.string().regex(/^[a-z][A-Za-z0-9]*$/, { error: 'must be a name such as database' }),
  message: text,
};

const question = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('text'), ...common, ...form, default: text.optional() }),
    z.strictObject({ type: z.literal('confirm'), ...common, default: z.boolean().optional() }),
    z.strictObject({
      type: z.literal('select'),
      ...common,
      choices: z.array(text).min(1, { error: 'must have a choice' }),
      default: text.optional(),
    }),
    z.strictObject({ type: z.literal('list'), ...common, ...form, default: z.array(text).optional() }),
  ],
  { error: 'must be text, confirm, select or list' },
);

const manifestSchema = z.strictObject({
  name: text,
  description: text,
  questions: z.array(question).default([]),
  /** Without a rule, every file is taken over under its own path, without `.ejs`. */
  files: z
    .array(
      z.strictObject({
        /** A file of the template, or a folder: the rule then holds for everything in it. */
        path: text,
        /** An answer that must not be empty, `!answer`, or `answer=value`. */
        when: text.optional(),
        /** A list answer: one file for each `item` of it. */
        each: text.optional(),
        /** Target path, with EJS. */
        to: text.optional(),
      }),
    )
    .default([]),
  /** Files of other templates, put under those of this one. */
  include: z
    .array(
      z.strictObject({
        /** A template of mscli, or a folder relative to this one. */
        template: text,
        into: text.default('.'),
        answers: z.record(z.string(), z.union([text, z.boolean(), z.array(text)])).default({}),
        /** Files and folders of it, as it names them; default all. */
        only: z.array(text).optional(),
      }),
    )
    .default([]),
  /** What is added to mscli.yaml, with its keys. */
  services: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  routes: z.array(z.strictObject({ path: text, service: text, stripPrefix: z.boolean().optional() })).default([]),
  /** Lines to show at the end, with EJS. */
  next: z.array(text).default([]),
});

/** `template.yaml`. */
export type Manifest = z.output<typeof manifestSchema>;
export type Question = Manifest['questions'][number];

/** Validates the text of a `template.yaml`; throws one `INVALID_TEMPLATE` with every fault. */
export function parseManifest(content: string, file: string): Manifest {
  const source = readYaml(content, file, 'INVALID_TEMPLATE');
  const raw = source.toPlain();
  const result = manifestSchema.safeParse(raw, { jitless: true });
  const found = result.success
    ? crossChecks(result.data)
    : result.error.issues.flatMap((issue) => describeIssue(issue, manifestSchema, raw));
  const faults = [...source.faults, ...found.map(source.locate)];
  if (faults.length > 0 || !result.success) throw source.fail(faults);
  return result.data;
}

/** Parts of a `when`: the answer's name, the value it must have, whether the condition is turned round. */
export function parseCondition(when: string): { name: string; value: string | undefined; negated: boolean } {
  const [, bang, name = when, value] = /^(!?)(\w+)(?:=(.*))?$/.exec(when) ?? [];
  return { name, value, negated: bang === '!' };
}

/** What mscli asks for before the questions of any template. */
const asked = ['name', 'port', 'route'];

function crossChecks({ questions, files }: Manifest): Finding[] {
  const names = [...asked, ...questions.map(({ name }) => name)];
  const known = (path: PropertyKey[], name: string): Finding[] => {
    if (names.includes(name)) return [];
    const meant = nearest(name, names);
    return [{ path, message: `names the unknown answer "${name}"${meant ? `; did you mean "${meant}"?` : ''}` }];
  };
  return [
    ...questions.flatMap(({ name }, index) =>
      names.indexOf(name) === index + asked.length
        ? []
        : [{ path: ['questions', index, 'name'], message: `"${name}" is asked already` }],
    ),
    ...files.flatMap(({ when, each }, index) => [
      ...(when === undefined ? [] : known(['files', index, 'when'], parseCondition(when).name)),
      ...(each === undefined ? [] : known(['files', index, 'each'], each)),
    ]),
  ];
}

function isRegExp(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}
