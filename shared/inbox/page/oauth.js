// Sign-in at the organisation's user pool: authorization code with PKCE (RFC 7636). The tokens stay in this tab.
const store = sessionStorage;
const read = (k) => JSON.parse(store.getItem(`guichet.${k}`) || "null");
const keep = (k, v) => (v ? store.setItem(`guichet.${k}`, JSON.stringify(v)) : store.removeItem(`guichet.${k}`));
const here = () => `${location.origin}/`;
const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const random = () => text(crypto.getRandomValues(new Uint8Array(32)));
const early = 60000; // a token is renewed so many milliseconds before its end

/** signedIn says whether this tab has a token, good or not; a cookie does not count. */
export const signedIn = () => !!read("tokens");

/** bearer is the token for the house's API, a new one if it is about to end; empty where a cookie does it. */
export async function bearer(p) {
	const had = read("tokens");
	if (p && had?.until < Date.now() + early) await refresh(p).catch(() => {}); // the old one may do until the pool answers again
	return read("tokens")?.id_token || "";
}

/** renewed says whether there is another token than the one that was refused. */
export const renewed = async (p, refused) => refused !== "" && (read("tokens")?.id_token !== refused || refresh(p));

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
	history.replaceState(null, "", `/${asked?.hash || location.hash}`);
	if (!asked || !q.has("code") || q.get("state") !== asked.state) return;
	await fetchTokens(p, { grant_type: "authorization_code", code: q.get("code"), redirect_uri: here(), code_verifier: asked.verifier }).catch(() => {});
}

let renewing = null;
/** refresh gets a new token, once for all who ask meanwhile; false if the sign-in is over. It throws where the pool does not answer: then it may not be. */
async function refresh(p) {
	const had = read("tokens");
	if (!p || !had?.refresh_token) return false;
	return renewing ||= fetchTokens(p, { grant_type: "refresh_token", refresh_token: had.refresh_token }, had).finally(() => { renewing = null; });
}

async function fetchTokens(p, fields, had) {
	const r = await fetch(`${p.url}/oauth2/token`, { method: "POST", body: new URLSearchParams({ client_id: p.clientId, ...fields }), credentials: "omit" });
	if (r.status === 429 || r.status >= 500) throw new Error("the pool does not answer");
	const tokens = r.ok ? await r.json() : null;
	keep("tokens", tokens && { refresh_token: had?.refresh_token, ...tokens, until: Date.now() + (tokens.expires_in || 3600) * 1000 });
	return !!tokens;
}

/** leave ends the sign-in here and there. */
export function leave(p) {
	keep("tokens", null);
	location.assign(`${p.url}/logout?${new URLSearchParams({ client_id: p.clientId, logout_uri: here() })}`);
}
