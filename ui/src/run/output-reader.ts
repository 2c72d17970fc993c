// Reads what the steps of a run print: each piece once, as far as the files have grown.
import type { CapturedFile, CapturedFiles, OutputChunk } from "../data/contract";
import { get } from "../data/http";

export interface Printed {
  file: CapturedFile;
  stream: "stdout" | "stderr";
  text: string;
  /** How much of the file is read, in bytes. */
  offset: number;
}

const STREAMS = ["stdout", "stderr"] as const;
/** As much of one file is shown; all of it can be downloaded. */
const MOST_BYTES = 400_000;
const MOST_FILES = 40;
const AGAIN_AFTER_MS = 1000;

/** Reads the files of a run, or those of one of its steps. */
export class OutputReader {
  private readonly known = new Map<string, Printed>();
  private readonly names = new Set<string>();
  private readonly left = new Set<string>();
  private readonly reading = new Set<string>();
  private isClosed = false;

  /**
   * @param tell is told all that is read, and how many files are left out, whenever there is more.
   */
  constructor(
    private readonly runId: string,
    private readonly step: string,
    private readonly tell: (all: Printed[], left: number) => void,
  ) {}

  close(): void {
    this.isClosed = true;
  }

  /** Reads what is there now. */
  async readAll(): Promise<void> {
    const found = await get<CapturedFiles>(`/runs/${this.runId}/output`).catch(() => null);
    if (found && !this.isClosed) this.take(found.files);
  }

  /** Reads what is new in files that are now so long. */
  take(files: readonly CapturedFile[]): void {
    for (const file of files) {
      if (this.step && !file.step_keys.includes(this.step)) continue;
      if (!this.names.has(file.name)) {
        if (this.names.size >= MOST_FILES) {
          if (file.stdout_bytes + file.stderr_bytes) this.left.add(file.name);
          continue;
        }
        if (file.stdout_bytes + file.stderr_bytes) this.names.add(file.name);
      }
      for (const stream of STREAMS) void this.read(file, stream);
    }
    if (this.left.size && !this.isClosed) this.tell([...this.known.values()], this.left.size);
  }

  private async read(file: CapturedFile, stream: "stdout" | "stderr"): Promise<void> {
    const key = `${stream} ${file.name}`;
    const size = file[`${stream}_bytes`];
    const before = this.known.get(key) ?? { file, stream, text: "", offset: 0 };
    if (size <= before.offset || before.offset >= MOST_BYTES || this.isClosed) return;
    if (this.reading.has(key)) {
      setTimeout(() => void this.read(file, stream), AGAIN_AFTER_MS);
      return;
    }
    this.reading.add(key);
    const chunk = await get<OutputChunk>(
      `/runs/${this.runId}/output/${encodeURIComponent(file.name)}/${stream}?offset=${before.offset}&limit=${MOST_BYTES}`,
    ).catch(() => null);
    this.reading.delete(key);
    if (!chunk || this.isClosed || chunk.next_offset <= before.offset) return;
    this.known.set(key, { file, stream, text: before.text + chunk.text, offset: chunk.next_offset });
    this.tell([...this.known.values()], this.left.size);
    if (chunk.next_offset < size) void this.read(file, stream);
  }
}
