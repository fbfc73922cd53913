/**
 * Each makes a function that makes so many calls. Calls of `guarded` are bare permits, taken and settled without anything between;
 * those of `awaited` surround `await work()`, which is how the peers can be used.
 *
 * @type {Record<string, (() => Promise<(calls: number) => void | Promise<void>>)>}
 */
export const contenders = {
  'guarded: count window': () => permits({ windowCalls: 50 }),
  'guarded: time window': () => permits({ windowMs: 10_000 }),
  'guarded: count window, reading the clock': () => permits({ windowCalls: 50 }, Date.now),
  'awaited: bare': async () => repeated(work),
  'awaited: mscli, count window': () => surrounded({ windowCalls: 50 }),
  'awaited: mscli, time window': () => surrounded({ windowMs: 10_000 }),
  'awaited: opossum': async () => {
    // @ts-expect-error: it comes without types.
    const { default: Opossum } = await import('opossum');
    const breaker = new Opossum(work, { timeout: false, volumeThreshold: 20 });
    return repeated(() => breaker.fire());
  },
  'awaited: cockatiel, count': async () => {
    const { CountBreaker } = await import('cockatiel');
    return cockatiel(new CountBreaker({ threshold: 0.5, size: 50, minimumNumberOfCalls: 20 }));
  },
  'awaited: cockatiel, sampling': async () => {
    const { SamplingBreaker } = await import('cockatiel');
    return cockatiel(new SamplingBreaker({ threshold: 0.5, duration: 10_000 }));
  },
};

const failsEvery = 64;
/** Enough that the buckets of a time window turn over. */
const callsAMs = 16;

/**
 * One call in 64 fails, so that the rules have their turn. The time is the caller's, as it is at the gateway, and goes on by a
 * millisecond every 16 calls, unless there is a clock to be read.
 *
 * @param {import('@mscli/runtime/breaker').BreakerOptions} options
 * @param {() => number} [clock]
 */
async function permits(options, clock) {
  const { Breaker } = await import('@mscli/runtime/breaker');
  const breaker = new Breaker('a->b', options);
  let now = Date.now();
  return (/** @type {number} */ calls) => {
    for (let call = 1; call <= calls; call += 1) {
      if (clock !== undefined) now = clock();
      else if (call % callsAMs === 0) now += 1;
      const outcome = call % failsEvery === 0 ? 'failure' : 'success';
      breaker.acquire(now)?.settle(outcome, 1);
    }
    if (breaker.state.kind !== 'closed') throw new Error('The breaker has opened: nothing was measured.');
  };
}

/** @param {import('@mscli/runtime/breaker').BreakerOptions} options */
async function surrounded(options) {
  const { Breaker } = await import('@mscli/runtime/breaker');
  const breaker = new Breaker('a->b', options);
  return repeated(async () => {
    const permit = breaker.acquire();
    try {
      const result = await work();
      permit?.settle('success');
      return result;
    } catch (error) {
      permit?.settle('failure');
      throw error;
    }
  });
}

/** @param {import('cockatiel').IBreaker} breaker */
async function cockatiel(breaker) {
  const { circuitBreaker, handleAll } = await import('cockatiel');
  const policy = circuitBreaker(handleAll, { halfOpenAfter: 30_000, breaker });
  return repeated(() => policy.execute(work));
}

/**
 * The loop itself is the same slow code for all: only what it calls gets compiled well.
 *
 * @param {() => Promise<unknown>} call
 */
function repeated(call) {
  return async (/** @type {number} */ calls) => {
    for (let done = 0; done < calls; done += 1) await call();
  };
}

async function work() {
  return 1;
}
