export interface ReadSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export type ReadPage = readonly ReadSample[];

const nameForm = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const sampleLine = new RegExp(`^(${nameForm})(?:\\{(.*)\\})? (\\S+)$`);
const label = /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/;

/** The page of the metrics; anything that the text format 0.0.4 does not allow is an error, as are two values for the same labels. */
export async function readPage(url: string): Promise<ReadPage> {
  const reply = await fetch(url);
  if (reply.headers.get('content-type') !== 'text/plain; version=0.0.4; charset=utf-8') {
    throw new Error(`${url} has the type ${reply.headers.get('content-type')}`);
  }
  const text = await reply.text();
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  return readLines(text.slice(0, -1).split('\n'));
}

/** The values of a metric with these labels. */
export function valuesOf(page: ReadPage, name: string, labels: Record<string, string> = {}): number[] {
  return page
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
    .map(({ value }) => value);
}

function readLines(lines: string[]): ReadPage {
  const types = new Map<string, string>();
  const seen = new Set<string>();
  let family = '';
  const samples: ReadSample[] = [];
  for (const line of lines) {
    const [, type = '', kind = ''] = new RegExp(`^# TYPE (${nameForm}) (counter|gauge|histogram)$`).exec(line) ?? [];
    if (type !== '') {
      if (types.has(type)) throw new Error(`${type} comes twice`);
      types.set(type, kind);
      family = type;
    } else if (!new RegExp(`^# HELP ${nameForm} .+$`).test(line)) {
      const sample = readSample(line);
      const suffixes = types.get(family) === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
      if (!suffixes.some((suffix) => sample.name === family + suffix)) throw new Error(`${line} is not of ${family}`);
      const key = line.slice(0, line.lastIndexOf(' '));
      if (seen.has(key)) throw new Error(`${key} comes twice`);
      seen.add(key);
      samples.push(sample);
    }
  }
  return samples;
}

function readSample(line: string): ReadSample {
  const [, name, text = '', value = ''] = sampleLine.exec(line) ?? [];
  if (name === undefined || !/^(?:[+-]Inf|NaN|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.test(value)) {
    throw new Error(`${line} is no sample`);
  }
  const labels: Record<string, string> = {};
  for (let rest = text; rest !== ''; ) {
    const [whole, key, quoted = ''] = label.exec(rest) ?? [];
    if (whole === undefined || key === undefined) throw new Error(`${line} has faulty labels`);
    labels[key] = JSON.parse(`"${quoted}"`);
    rest = rest.slice(whole.length);
  }
  return { name, labels, value: Number(value.replace('Inf', 'Infinity')) };
}
