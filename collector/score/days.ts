// Something for each day of a short stretch of days. A county has tens of thousands of these: an array each, not a map.

export class Days<T> {
  /** Of the first item; days are numbers of days (collector/inventory/day.ts). */
  #firstDay = 0;
  #items: (T | undefined)[] = [];

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  get(day: number): T | undefined {
    return this.#items[day - this.#firstDay];
  }

  /** What is there for the day, made when nothing is. */
  of(day: number, make: () => T): T {
    const there = this.get(day);
    if (there !== undefined) return there;
    const made = make();
    this.#put(day, made);
    return made;
  }

  /** @returns how many were dropped */
  dropBefore(day: number): number {
    if (this.isEmpty || day <= this.#firstDay) return 0;
    const dropped = this.#items.splice(0, day - this.#firstDay).filter((item) => item !== undefined).length;
    while (this.#items.length > 0 && this.#items[0] === undefined) {
      this.#items.shift();
      day += 1;
    }
    this.#firstDay = day;
    return dropped;
  }

  #put(day: number, item: T): void {
    if (this.isEmpty) this.#firstDay = day;
    for (; this.#firstDay > day; this.#firstDay -= 1) this.#items.unshift(undefined);
    while (this.#items.length < day - this.#firstDay) this.#items.push(undefined);
    this.#items[day - this.#firstDay] = item;
  }
}
