// Tokens: who is let in, as what, until when; a new one is shown once.
import { useState } from "preact/hooks";
import type { CreateTokenBody, NewToken, Role, TokenList, TokenView } from "../data/contract";
import { post } from "../data/http";
import { hindrance, me } from "../data/person";
import { useResource } from "../data/resource";
import { Copy } from "../parts/copy";
import { Dialog } from "../parts/dialog";
import { Await, None } from "../parts/states";
import { Shape, type Tone } from "../parts/status";
import { now, Time } from "../parts/time";
import { RECORD, tell, tellError } from "../parts/toast";

const ROLES: [Role, string][] = [
  ["viewer", "looks, changes nothing"],
  ["launcher", "starts, repeats and cancels runs"],
  ["editor", "also switches automation, reloads code, deletes and wipes"],
  ["admin", "also makes and takes back tokens"],
];
const TERMS: [string, number | null][] = [
  ["1 day", 86_400],
  ["30 days", 2_592_000],
  ["90 days", 7_776_000],
  ["1 year", 31_536_000],
  ["for ever", null],
];

export function Tokens() {
  const refusal = hindrance("administer");
  const list = useResource<TokenList>(refusal ? null : "/tokens");
  const [isMaking, setMaking] = useState(false);
  const [ending, setEnding] = useState<TokenView | null>(null);
  if (refusal) return <None title="Tokens are shown to administrators">{refusal}</None>;
  const make = (
    <button class="primary" onClick={() => setMaking(true)}>
      Make a token
    </button>
  );
  return (
    <>
      {me.value && !me.value.needs_login && (
        <p class="row soft">
          <Shape tone="skipped" />
          <span>
            This server listens only on this machine and asks nobody for a token. Tokens made here count when it is served to
            others.
          </span>
        </p>
      )}
      <Await of={list} lines={4}>
        {({ tokens }) =>
          tokens.length ? (
            <section class="panel">
              <header>
                <h2 class="grow">Tokens</h2>
                {make}
              </header>
              <table class="plain">
                <thead>
                  <tr>
                    <th>Whose</th>
                    <th>Role</th>
                    <th>State</th>
                    <th class="hide-narrow">Made</th>
                    <th>Good until</th>
                    <th>
                      <span class="only-read">Actions</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {tokens.map((token) => {
                    const [tone, words] = stateOf(token);
                    return (
                      <tr key={token.id}>
                        <td dir="auto">{token.name}</td>
                        <td>{token.role}</td>
                        <td>
                          <span class={`status is-${tone}`}>
                            <Shape tone={tone} />
                            {words}
                          </span>
                        </td>
                        <td class="hide-narrow">
                          <Time at={token.created_at} />
                        </td>
                        <td>{token.expires_at === null ? <span class="soft">for ever</span> : <Time at={token.expires_at} />}</td>
                        <td class="right">
                          {tone === "success" && (
                            <button class="small" onClick={() => setEnding(token)}>
                              Take back
                            </button>
                          )}
                        </td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </section>
          ) : (
            <None title="There are no tokens" command="weft auth token create --role launcher ada">
              A token lets a person or a program in, in a role. {make} or, on the command line:
            </None>
          )
        }
      </Await>
      {isMaking && <MakeDialog onClose={() => setMaking(false)} onDone={list.reload} />}
      {ending && <EndDialog token={ending} onClose={() => setEnding(null)} onDone={list.reload} />}
    </>
  );
}

function stateOf(token: TokenView): [Tone, string] {
  if (token.is_revoked) return ["canceled", "Taken back"];
  if (token.expires_at !== null && token.expires_at < now.value) return ["skipped", "Run out"];
  return ["success", "Good"];
}

function MakeDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [term, setTerm] = useState("90 days");
  const [isBusy, setBusy] = useState(false);
  const [made, setMade] = useState<NewToken | null>(null);
  const make = async () => {
    if (!name.trim() || isBusy) return;
    setBusy(true);
    try {
      const body: CreateTokenBody = { name: name.trim(), role, ttl_s: TERMS.find(([words]) => words === term)![1] };
      setMade(await post<NewToken>("/tokens/create", body));
      onDone();
    } catch (error) {
      tellError(error);
    }
    setBusy(false);
  };
  if (made) {
    return (
      <Dialog
        title={`The token of ${made.entry.name}`}
        onClose={onClose}
        footer={
          <button class="primary" onClick={onClose}>
            I have it
          </button>
        }
      >
        <p>Copy it now: it is never shown again.</p>
        <div class="copyable">
          <code class="grow">{made.token}</code>
          <Copy text={made.token} label="Copy token" />
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog
      title="Make a token"
      onClose={onClose}
      footer={
        <>
          <button onClick={onClose}>Make none</button>
          <button class="primary" disabled={!name.trim() || isBusy} onClick={() => void make()}>
            Make token
          </button>
        </>
      }
    >
      <label class="field">
        Whose it is
        <input
          value={name}
          placeholder="ada"
          onInput={(event) => setName(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && void make()}
        />
      </label>
      <label class="field">
        Role
        <select value={role} onChange={(event) => setRole(event.currentTarget.value as Role)}>
          {ROLES.map(([value, words]) => (
            <option key={value} value={value}>
              {value}: {words}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        Good for
        <select value={term} onChange={(event) => setTerm(event.currentTarget.value)}>
          {TERMS.map(([words]) => (
            <option key={words}>{words}</option>
          ))}
        </select>
      </label>
    </Dialog>
  );
}

function EndDialog({ token, onClose, onDone }: { token: TokenView; onClose: () => void; onDone: () => void }) {
  const end = async () => {
    try {
      await post("/tokens/revoke", { id: token.id });
      tell(`The token of ${token.name} lets nobody in any more`, RECORD);
      onDone();
      onClose();
    } catch (error) {
      tellError(error);
    }
  };
  return (
    <Dialog
      title={`Take back the token of ${token.name}`}
      onClose={onClose}
      footer={
        <>
          <button onClick={onClose}>Leave as it is</button>
          <button class="danger" onClick={() => void end()}>
            Take back
          </button>
        </>
      }
    >
      <p>Whoever uses it, {token.role}, is shut out at once. This cannot be undone; a new token can be made.</p>
    </Dialog>
  );
}
