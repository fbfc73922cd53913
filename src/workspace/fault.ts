import { MscliError } from '../errors.js';

/** One thing wrong with a YAML file. */
export interface Fault {
  /** 1-based. */
  line: number;
  /** 1-based. */
  column: number;
  /** Such as `services.order-service.port`; empty for the file as a whole. */
  path: string;
  /** Of a fault in a route of the gateway: the route's path. */
  route?: string;
  /** What is wrong, with the offending value. */
  message: string;
}

/** Everything that is wrong with one file, in the order of its lines. */
export class FaultyFileError extends MscliError {
  override readonly name = 'FaultyFileError';
  readonly file: string;
  readonly faults: readonly Fault[];

  constructor(code: 'INVALID_CONFIG' | 'INVALID_TEMPLATE', file: string, faults: readonly Fault[]) {
    const sorted = faults.toSorted((a, b) => a.line - b.line || a.column - b.column);
    super(code, describeFaults(file, sorted), { hint: `Correct ${file} and try again.` });
    this.file = file;
    this.faults = sorted;
  }
}

/** The place and what is wrong there: `the route /orders: service is missing`. */
export function sentence({ path, route, message }: Omit<Fault, 'line' | 'column'>): string {
  if (route === undefined) return path === '' ? message : `${placeAt(path)} ${message}`;
  const inside = path.split('.').slice(3).join('.');
  return inside === '' ? `the route ${route} ${message}` : `the route ${route}: ${placeAt(inside)} ${message}`;
}

/** `gateway.routes.3.path` as people count: `item 4 of gateway.routes: path`. */
function placeAt(path: string): string {
  const [, list, index, inside] = /^(.*?[^.])\.(\d+)(?:\.(.*))?$/.exec(path) ?? [];
  if (list === undefined) return path;
  const item = `item ${Number(index) + 1} of ${list}`;
  return inside === undefined ? item : `${item}: ${placeAt(inside)}`;
}

function describeFaults(file: string, faults: readonly Fault[]): string {
  const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
  const lines = faults.map((fault) => `  ${fault.line}:${fault.column}  ${sentence(fault)}`);
  return [`${file} has ${count}:`, ...lines].join('\n');
}
