// What a person has chosen on this machine: widths, columns, theme, density, when they last looked.

/** Reads a stored value; what cannot be read is the given one. */
export function load<T>(key: string, standard: T): T {
  try {
    const text = localStorage.getItem(`weft.${key}`);
    return text === null ? standard : (JSON.parse(text) as T);
  } catch {
    return standard;
  }
}

/** Stores a value; a browser that refuses storage loses it with the page. */
export function save(key: string, value: unknown): void {
  try {
    localStorage.setItem(`weft.${key}`, JSON.stringify(value));
  } catch {
    // Private windows may refuse; the page works without.
  }
}

/** Theme and density are plain words, because theme.js reads them before anything else runs. */
export function loadWord(key: string): string | null {
  try {
    return localStorage.getItem(`weft.${key}`);
  } catch {
    return null;
  }
}

export function saveWord(key: string, word: string | null): void {
  try {
    if (word === null) localStorage.removeItem(`weft.${key}`);
    else localStorage.setItem(`weft.${key}`, word);
  } catch {
    // As above.
  }
}
