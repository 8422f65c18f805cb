// The line that says what is being measured. On a terminal it is written over; elsewhere each section leaves one.

export class Progress {
  readonly #startedAt = performance.now();
  readonly #out = process.stderr;
  #section = '';

  section(title: string): void {
    this.#section = title;
    if (!this.#out.isTTY) this.#out.write(`${this.#clock()} ${title}\n`);
  }

  tell(step: string): void {
    if (!this.#out.isTTY) return;
    const line = `${this.#clock()} ${this.#section}: ${step}`;
    this.#out.write(`\r\x1b[K${line.slice(0, (this.#out.columns ?? 80) - 1)}`);
  }

  end(): void {
    if (this.#out.isTTY) this.#out.write('\r\x1b[K');
  }

  #clock(): string {
    return `${((performance.now() - this.#startedAt) / 1000).toFixed(0).padStart(4)} s`;
  }
}
