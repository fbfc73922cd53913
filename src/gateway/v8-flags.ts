/**
 * How V8 is to run the gateway, whose heap is small and whose code is soon hot. V8 is told at the start of the process: it does not
 * promise to take such things later, and some that were tried ended it.
 */
export const v8Flags: readonly string[] = [
  // Nothing of a request outlives it for long: with a larger young generation it would take more memory and save little time.
  '--max-semi-space-size=4',
  // What requests leave behind would fill a heap that may double and redouble.
  '--heap-growing-percent=40',
  // To have other threads help with so little takes longer than doing it.
  '--no-parallel-scavenge',
  '--no-concurrent-array-buffer-sweeping',
  // While nothing happens, it would throw away what it can spare, compiled code too, and the first requests after that would wait for it.
  '--no-memory-reducer',
  // What runs is compiled for good within a second; to do it twice takes memory, and a thread that may have no core of its own.
  '--no-sparkplug',
  // One thread beside the main one is enough, and the memory of three more is saved.
  '--v8-pool-size=1',
];
