/** Characters of a page. Nothing else goes on while they are parsed, for 4 ms (measured). */
const mostCharacters = 500_000;
const [first, most] = [50, 500];

/** How many objects to ask for at once, so that no page is long, however large the objects are. */
export class PageSize {
  limit = first;

  /** Called with a page that came. */
  measured(objects: number, characters: number): void {
    if (objects > 0) this.limit = Math.min(most, Math.max(1, Math.floor((mostCharacters * objects) / characters)));
  }
}
