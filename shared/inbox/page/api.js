// Calls of the house's API. Errors come back as sentences that say what to do.
import { t, has, lang } from "/page/words.js";
import { bearer, renewed } from "/page/oauth.js";

export const api = "/dfo/3.0";

export class Failure extends Error {
	constructor(status, body) {
		const e = body?.errors?.[0] || {};
		const key = `error.${e.errorCode}`;
		super(has(key) ? t(key, { ...e.parameters, uid: body?.uid }) : e.message || t("error.network"));
		this.status = status;
		this.code = e.errorCode;
		this.field = e.field;
		this.current = body?.current;
		this.all = body?.errors || [];
	}
}

/** call returns the decoded answer; null for none, undefined for "not changed since". How it is sent may be said: as by fetch. */
export async function call(method, path, body, headers, how = fetch) {
	const silent = () => { throw new Failure(0, null); };
	const ask = (token) => how(path, {
		method, cache: "no-store", credentials: "same-origin",
		headers: { "Accept-Language": lang, ...(token ? { Authorization: `Bearer ${token}` } : {}), ...(body ? { "Content-Type": "application/json" } : {}), ...headers },
		body: body && JSON.stringify(body),
	}).catch(silent);
	const done = headers && "If-None-Match" in headers ? null : waiting();
	try {
		return await answer(method, path, headers, ask, silent);
	} finally { done?.(); }
}

let asked = 0;
/** waiting shows that something takes its time, until what it returns is called. */
function waiting() {
	asked++;
	const late = setTimeout(() => { document.body.dataset.busy = "yes"; }, 400);
	return () => {
		clearTimeout(late);
		if (!--asked) delete document.body.dataset.busy;
	};
}

async function answer(method, path, headers, ask, silent) {
	const token = await bearer(signIn.provider);
	let r = await ask(token);
	if (r.status === 401 && await renewed(signIn.provider, token).catch(silent)) r = await ask(await bearer(signIn.provider));
	if (r.status === 304) return undefined;
	if (r.status === 204) return null;
	const data = await r.json().catch(() => null);
	if (!r.ok) throw new Failure(r.status, data);
	if (headers && "If-None-Match" in headers) tags.set(path, r.headers.get("ETag") || "");
	return data;
}

/** signIn is what the house says about signing in. */
export const signIn = { provider: null };

/** ticket is an address by which the browser can fetch a file of a message by itself, for two minutes. */
export const ticket = async (path) => (await get(`/guichet/ticket?path=${encodeURIComponent(path)}`)).url;

const tags = new Map();

/** changed asks again for what was asked before: undefined while it is the same. */
export const changed = (path) => call("GET", path, undefined, { "If-None-Match": tags.get(path) || "" });

/** forget makes the next changed(path) give all of it. */
export const forget = (path) => tags.delete(path);

export const get = (path) => call("GET", path);
