// Requests to our own server: JSON in, JSON out, and one kind of error.
import { signal } from "@preact/signals";
import type { ConfigProblemView, Problem } from "./contract";

/** What the server answers when it refuses: what is wrong, and what to do about it. */
export class ServerError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly detail: string | null,
    readonly url: string,
    readonly problems: ConfigProblemView[] = [],
  ) {
    super(message);
  }

  /** The whole of it as text, for the copy button. */
  toText(): string {
    const lines = [this.message, `${this.status || "no answer"} ${this.url}`];
    if (this.detail) lines.push(this.detail);
    return lines.join("\n");
  }
}

/** Whether the server wants to know who asks: at first, or because a token has expired. */
export const needsLogin = signal(false);

const BASE = "/api/v1";

function toError(status: number, url: string, body: unknown): ServerError {
  const problem = (body as Problem | null)?.error;
  if (!problem) return new ServerError(status, `The server answered ${status}.`, null, url);
  const lines = (problem.problems ?? []).map((each) => `${each.path.join(".") || "config"}: ${each.message}`);
  if (problem.error) lines.push(problem.error.text);
  return new ServerError(status, problem.message, lines.join("\n") || null, url, problem.problems ?? []);
}

async function request(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const url = BASE + path;
  let answer: Response;
  try {
    answer = await fetch(url, {
      method,
      signal,
      credentials: "same-origin",
      headers:
        body === undefined ? { accept: "application/json" } : { accept: "application/json", "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    throw new ServerError(
      0,
      "The server does not answer.",
      "It may have been stopped. The page asks again as soon as it is back.",
      url,
    );
  }
  if (answer.ok) return answer;
  if (answer.status === 401 && path !== "/login") needsLogin.value = true;
  throw toError(answer.status, url, await answer.json().catch(() => null));
}

/** Gets the JSON at a path below /api/v1. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await request("GET", path, undefined, signal)).json() as Promise<T>;
}

/** Changes something on the server. */
export async function post<T>(path: string, body: unknown = {}): Promise<T> {
  const answer = await request("POST", path, body);
  return (answer.status === 204 ? null : await answer.json()) as T;
}

/** Builds a query string; what is null, undefined or "" is left out, lists are repeated. */
export function query(values: Record<string, string | number | boolean | null | undefined | string[]>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (Array.isArray(value)) value.forEach((item) => search.append(name, item));
    else if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `?${text}` : "";
}
