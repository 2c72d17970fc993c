// Who looks at the pages, and what they may do.
import { signal } from "@preact/signals";
import type { MeView, Permission } from "./contract";
import { get, needsLogin } from "./http";

export const me = signal<MeView | null>(null);

/** Asks the server who we are. */
export async function meet(): Promise<void> {
  try {
    me.value = await get<MeView>("/me");
    needsLogin.value = false;
  } catch {
    // What the server says of it is known by then; without an answer we ask again with the first news.
  }
}

/** Why something cannot be done by this person; null if it can. */
export function hindrance(permission: Permission): string | null {
  const who = me.value;
  if (!who) return null;
  if (who.is_read_only) return "This server is read-only.";
  return who.permissions.includes(permission) ? null : `Your role, ${who.role}, does not allow this.`;
}
