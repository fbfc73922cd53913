/** What a test has started, ended in reverse order after it. */
export class TestStack {
  #resources: AsyncDisposable[] = [];

  use<T extends AsyncDisposable>(resource: T): T {
    this.#resources.push(resource);
    return resource;
  }

  async end(): Promise<void> {
    for (const resource of this.#resources.splice(0).reverse()) await resource[Symbol.asyncDispose]();
  }
}
