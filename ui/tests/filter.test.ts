// The filter of runs as a command, and facets of assets.
import { describe, expect, it } from "vitest";
import { commandOf, parseFilter } from "../src/runs/filter";

describe("a filter of runs", () => {
  it("is a command that lists the same", () => {
    expect(commandOf(parseFilter("job:daily tag:team=core after:2026-11-01"), ["FAILURE"])).toBe(
      "weft run list --job daily --tag team=core --status failure --after 2026-11-01",
    );
    expect(commandOf(parseFilter("tag:who=it's"), [])).toBe("weft run list --tag 'who=it'\\''s'");
    expect(commandOf(parseFilter("id:3f2a91bc"), [])).toBe("weft run show 3f2a91bc");
  });
});
