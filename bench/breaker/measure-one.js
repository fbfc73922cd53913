import { contenders } from './contenders.js';

/**
 * Measures one contender in a process of its own, so that no other one has shaped the compiled code: nanoseconds of CPU a
 * call, which a busy machine lengthens less than those of the clock, and bytes of heap a call where nothing is collected
 * meanwhile. Needs `--expose-gc` and a large young generation.
 */
const [name = '', calls = '1000000'] = process.argv.slice(2);
const make = contenders[name];
if (make === undefined) throw new Error(`There is no contender "${name}".`);
const run = await make();
const count = Number(calls);
const few = 100_000;

await run(count / 4);
await run(count / 4);
const before = process.cpuUsage();
await run(count);
const { user, system } = process.cpuUsage(before);
const nanoseconds = ((user + system) * 1000) / count;

globalThis.gc?.();
const heapBefore = process.memoryUsage().heapUsed;
await run(few);
const bytes = (process.memoryUsage().heapUsed - heapBefore) / few;
console.log(JSON.stringify({ nanoseconds, bytes }));
