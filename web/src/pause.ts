// SPDX-License-Identifier: Apache-2.0
// pause - a wait that somebody may cut short. While the page is hidden nothing but that ends it: a tab that nobody sees asks nothing.

export class Pause {
  private awake = false;
  private end = (): void => undefined;

  /** Ends the wait that is on, or else the next one. */
  wake(): void {
    this.awake = true;
    this.end();
  }

  async wait(ms: number): Promise<void> {
    if (!this.awake) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => (document.hidden ? undefined : resolve()), ms);
        this.end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.awake = false;
  }
}
