import { describe, expect, it } from "vitest";
import { Markdown } from "../src/text/markdown";
import { ago, bytes, count, duration, mark } from "../src/text/words";

describe("durations", () => {
  it.each([
    [0.004, "4 ms"],
    [0.4, "0.4 s"],
    [12, "12 s"],
    [64, "1 m 04 s"],
    [7500, "2 h 05 m"],
    [100_000, "1 d 3 h"],
    [null, "–"],
  ])("%s s is shown as %s", (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });

  it("marks of a scale never show the same text twice", () => {
    const marks = [0, 1, 2, 3, 4].map((n) => mark(n * 0.05, 0.05));
    expect(new Set(marks).size).toBe(5);
  });
});

describe("counts and times", () => {
  it("says one and many", () => {
    expect(count(1, "asset")).toBe("1 asset");
    expect(count(12_400, "asset")).toBe("12,400 assets");
  });

  it("looks back and ahead", () => {
    expect(ago(1000, 1090)).toBe("2 m ago");
    expect(ago(1090, 1000)).toBe("in 2 m");
    expect(ago(1000, 1001)).toBe("now");
  });

  it("keeps three digits of a size", () => {
    expect(bytes(1_400_000)).toBe("1.4 MB");
    expect(bytes(999)).toBe("999 B");
  });
});

describe("Markdown", () => {
  const shown = (text: string): string => JSON.stringify(Markdown({ text }));

  it("shows pictures that are in the text, and fetches none from elsewhere", () => {
    expect(shown("![a plot](data:image/png;base64,iVBORw0=)")).toContain('"type":"img"');
    expect(shown("![a plot](https://example.com/x.png)")).not.toContain('"type":"img"');
    expect(shown("![x](data:image/svg+xml;base64,PHN2Zz4=)")).not.toContain('"type":"img"');
  });

  it("follows no address that runs something", () => {
    expect(shown("[x](javascript:alert(1))")).not.toContain("href");
    expect(shown("<img src=x onerror=alert(1)>")).not.toContain('"type":"img"');
  });
});
