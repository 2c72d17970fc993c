// The filter of runs as people type it.

/** Reads `job:daily tag:team=core id:3f2a` and plain words, which are jobs. */
export function parseFilter(text: string): { job: string; tag: string[]; id: string; rest: string[] } {
  const filter = { job: "", tag: [] as string[], id: "", rest: [] as string[] };
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const [, key, value] = /^(\w+):(.+)$/.exec(word) ?? [];
    if (key?.toLowerCase() === "job") filter.job = value!;
    else if (key?.toLowerCase() === "tag") filter.tag.push(value!);
    else if (key?.toLowerCase() === "id") filter.id = value!;
    else if (key) filter.rest.push(word);
    else if (/^[0-9a-f-]{6,36}$/i.test(word)) filter.id = word.toLowerCase();
    else filter.job = word;
  }
  return filter;
}
