import { afterAll, afterEach, beforeAll } from 'vitest';
import { bundleGateway } from './gateway-process.js';
import { TestStack } from './stack.js';

/** The gateway bundled once for all tests of a file, and a stack that is ended after each of them. */
export function bundledGateway(): { readonly bundle: string; readonly stack: TestStack } {
  const forAll = new TestStack();
  const stack = new TestStack();
  let bundle = '';
  beforeAll(async () => {
    bundle = forAll.use(await bundleGateway()).file;
  }, 60_000);
  afterEach(() => stack.end());
  afterAll(() => forAll.end());
  return {
    get bundle() {
      return bundle;
    },
    stack,
  };
}
