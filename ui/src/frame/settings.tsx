// Settings of this browser, the list of keys, and the log-in.
import { useState } from "preact/hooks";
import type { MeView } from "../data/contract";
import { post, type ServerError } from "../data/http";
import { me, meet } from "../data/person";
import { loadWord, saveWord } from "../data/stored";
import { restart } from "../data/stream";
import { EDITORS } from "../parts/code-place";
import { Dialog } from "../parts/dialog";
import { activeKeys, shown } from "../parts/keys";

export function applyTheme(theme: string | null): void {
  saveWord("theme", theme);
  document.documentElement.dataset.theme = theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  dispatchEvent(new Event("themechange"));
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => loadWord("theme") === null && applyTheme(null));

export function Settings({ onClose }: { onClose: () => void }) {
  const [theme, setTheme] = useState(loadWord("theme") ?? "system");
  const [density, setDensity] = useState(loadWord("density") ?? "normal");
  const [editor, setEditor] = useState(loadWord("editor") ?? "vscode");
  const [zone, setZone] = useState(loadWord("zone") ?? "");
  return (
    <Dialog title="Settings" onClose={onClose}>
      <label class="field">
        Theme
        <select
          value={theme}
          onChange={(event) => {
            const value = event.currentTarget.value;
            setTheme(value);
            applyTheme(value === "system" ? null : value);
          }}
        >
          <option value="system">As the system</option>
          <option value="light">Light</option>
          <option value="dark">Dark</option>
        </select>
      </label>
      <label class="field">
        Density
        <select
          value={density}
          onChange={(event) => {
            const value = event.currentTarget.value;
            setDensity(value);
            saveWord("density", value === "normal" ? null : value);
            document.documentElement.dataset.density = value;
          }}
        >
          <option value="normal">Normal</option>
          <option value="compact">Compact</option>
        </select>
      </label>
      <label class="field">
        Places in code open in
        <select
          value={editor}
          onChange={(event) => {
            const value = event.currentTarget.value;
            setEditor(value);
            saveWord("editor", value);
          }}
        >
          {EDITORS.map(([name, label]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        Time zone
        <select
          value={zone}
          onChange={(event) => {
            const value = event.currentTarget.value;
            setZone(value);
            saveWord("zone", value || null);
            location.reload();
          }}
        >
          <option value="">As the system ({Intl.DateTimeFormat().resolvedOptions().timeZone})</option>
          {["UTC", ...Intl.supportedValuesOf("timeZone").filter((name) => name !== "UTC")].map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      {me.value && (
        <p class="soft">
          You are {me.value.name}, {me.value.role}
          {me.value.is_read_only ? "; this server is read-only" : ""}. Weftwork {me.value.version}.{" "}
          <button
            class="plain small"
            onClick={async () => {
              await post("/logout").catch(() => null);
              location.reload();
            }}
            hidden={!me.value.needs_login}
          >
            Log out
          </button>
        </p>
      )}
    </Dialog>
  );
}

export function KeyList({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <table class="plain">
        <tbody>
          {activeKeys().map((key) => (
            <tr key={key.keys}>
              <td>
                {shown(key.keys)
                  .split(" ")
                  .map((part) => (
                    <>
                      <kbd>{part}</kbd>{" "}
                    </>
                  ))}
              </td>
              <td>{key.label}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}

/** Asks for a token: on an empty page, or over one that goes on as it was. */
export function Login({ isOver }: { isOver?: boolean }) {
  const [token, setToken] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const enter = async (event: Event) => {
    event.preventDefault();
    try {
      await post<MeView>("/login", { token: token.trim() });
      await meet();
      if (isOver) restart();
      else location.reload();
    } catch (error) {
      setProblem((error as ServerError).message);
    }
  };
  const form = (
    <form class={isOver ? "column" : "login panel"} onSubmit={enter}>
      {isOver ? <p>Your token has expired or was taken back. What you have typed is kept.</p> : <h1>Weftwork</h1>}
      <label class="column">
        Token
        <input
          type="password"
          autoComplete="current-password"
          value={token}
          aria-invalid={Boolean(problem)}
          onInput={(event) => setToken(event.currentTarget.value)}
        />
      </label>
      {problem && (
        <p role="alert" class="is-failure">
          {problem}
        </p>
      )}
      <p class="soft">
        Whoever runs this server makes tokens with <code>weft auth token create</code>.
      </p>
      <button class="primary" disabled={!token.trim()}>
        Log in
      </button>
    </form>
  );
  return isOver ? (
    <Dialog title="Log in again" onClose={() => {}}>
      {form}
    </Dialog>
  ) : (
    form
  );
}
