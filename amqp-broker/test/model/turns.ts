/** Lets many play at once, or one alone. */
export class Turns {
  private playing = 0;
  private alone: Promise<void> | undefined;
  private idle: () => void = () => {};

  /** Plays beside others, after whoever plays alone. */
  async beside<T>(play: () => Promise<T>): Promise<T> {
    while (this.alone !== undefined) await this.alone;
    this.playing += 1;
    try {
      return await play();
    } finally {
      this.playing -= 1;
      if (this.playing === 0) this.idle();
    }
  }

  /** Plays once all others have paused, and keeps them waiting. */
  async byItself<T>(play: () => Promise<T>): Promise<T> {
    while (this.alone !== undefined) await this.alone;
    let finished: () => void = () => {};
    this.alone = new Promise<void>((resolve) => {
      finished = resolve;
    });
    try {
      if (this.playing > 0) {
        await new Promise<void>((resolve) => {
          this.idle = resolve;
        });
      }
      return await play();
    } finally {
      this.alone = undefined;
      finished();
    }
  }
}
