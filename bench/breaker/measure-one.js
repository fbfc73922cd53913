import { contenders } from './contenders.js';

/**
 * Measures one contender in a process of its own, so that no other one has shaped the compiled code: nanoseconds a call, and
 * bytes of heap a call where nothing is collected meanwhile. Needs `--expose-gc` and a large young generation.
 */
const [name = '', calls = '1000000'] = process.argv.slice(2);
const make = contenders[name];
if (make === undefined) throw new Error(`There is no contender "${name}".`);
const run = await make();
const count = Number(calls);
const few = 100_000;

await run(count / 4);
await run(count / 4);
const before = process.hrtime.bigint();
await run(count);
const nanoseconds = Number(process.hrtime.bigint() - before) / count;

globalThis.gc?.();
const heapBefore = process.memoryUsage().heapUsed;
await run(few);
const bytes = (process.memoryUsage().heapUsed - heapBefore) / few;
console.log(JSON.stringify({ nanoseconds, bytes }));
