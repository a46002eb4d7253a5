// Sign-in at the organisation's user pool: authorization code with PKCE (RFC 7636). The tokens stay in this tab.
const store = sessionStorage;
const read = (k) => JSON.parse(store.getItem(`guichet.${k}`) || "null");
const keep = (k, v) => (v ? store.setItem(`guichet.${k}`, JSON.stringify(v)) : store.removeItem(`guichet.${k}`));
const here = () => `${location.origin}/`;
const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const random = () => text(crypto.getRandomValues(new Uint8Array(32)));

/** bearer is the token for the house's API; empty where a cookie does it. */
export const bearer = () => read("tokens")?.id_token || "";

/** begin leaves for the sign-in pages. */
export async function begin(p) {
	const verifier = random(), state = random();
	keep("signing", { verifier, state, hash: location.hash });
	const challenge = text(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
	location.assign(`${p.url}/oauth2/authorize?${new URLSearchParams({
		response_type: "code", client_id: p.clientId, redirect_uri: here(), scope: "openid email profile", state, code_challenge: challenge, code_challenge_method: "S256",
	})}`);
}

/** finish takes the code that the sign-in pages sent back; nothing happens without one, or with one that nobody here asked for. */
export async function finish(p) {
	const q = new URLSearchParams(location.search), asked = read("signing");
	if (!q.has("code") && !q.has("error")) return;
	keep("signing", null);
	history.replaceState(null, "", `/${asked?.hash || ""}`);
	if (!asked || !q.has("code") || q.get("state") !== asked.state) return;
	await fetchTokens(p, { grant_type: "authorization_code", code: q.get("code"), redirect_uri: here(), code_verifier: asked.verifier });
}

/** refresh gets a new token; false if the sign-in is over. */
export async function refresh(p) {
	const had = read("tokens");
	if (!p || !had?.refresh_token) return false;
	return fetchTokens(p, { grant_type: "refresh_token", refresh_token: had.refresh_token }, had);
}

async function fetchTokens(p, fields, had) {
	const r = await fetch(`${p.url}/oauth2/token`, { method: "POST", body: new URLSearchParams({ client_id: p.clientId, ...fields }), credentials: "omit" }).catch(() => null);
	const tokens = r?.ok ? await r.json() : null;
	keep("tokens", tokens && { refresh_token: had?.refresh_token, ...tokens });
	return !!tokens;
}

/** leave ends the sign-in here and there. */
export function leave(p) {
	keep("tokens", null);
	location.assign(`${p.url}/logout?${new URLSearchParams({ client_id: p.clientId, logout_uri: here() })}`);
}
