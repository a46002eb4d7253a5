// The page: who is signed in, which view is open, what the keyboard does, and the clock that looks for news.
import { $, el, keep, say } from "/page/dom.js";
import { t, speak, languages, lang } from "/page/words.js";
import { api, call, changed, get, signIn as signing, Failure } from "/page/api.js";
import { begin, finish, leave, signedIn } from "/page/oauth.js";
import { showList, refreshList, redrawList, moveInList, openFirst } from "/page/list.js";
import { showCase, refreshCase, redrawCase, closeCase, caseKey } from "/page/case.js";
import { showQuarantine, refreshHeld, showSent } from "/page/other.js";
import { canTakeBack, takeBack } from "/page/parts.js";
import { showHelp, keysOn } from "/page/help.js";

export const state = { me: null, many: "", view: "inbox", search: "", open: "", users: new Map(), queues: [], channels: new Map(), counts: {} };
export const name = (id) => {
	if (id === "guichet") return t("by.house");
	if (id && state.me && !state.users.has(id)) unknown(id);
	return state.users.get(id)?.firstName || id || "";
};

let strange = new Set(), asking = 0;
/** unknown notes an agent whom the page does not know yet: there may be thousands. Their names are fetched together, and what shows them is drawn again. */
function unknown(id) {
	strange.add(id);
	asking ||= setTimeout(async () => {
		const ids = [...strange].slice(0, 100);
		strange = new Set();
		asking = 0;
		for (const id of ids) state.users.set(id, { incontactId: id, firstName: id }); // who is not there is not asked for again
		try {
			await known(`ids=${encodeURIComponent(ids.join(","))}`);
		} catch { return; }
		redrawCase();
		if ($("list")) redrawList();
	}, 30);
}

/** known fetches people, and has the page know them. */
export async function known(query) {
	const page = await get(`/guichet/people?${query}`);
	for (const u of page.data) state.users.set(u.incontactId, u);
	return page;
}

/** personField is where one names one of very many agents: it finds them by the beginning of a word of their names, and its value is an id. */
export function personField(id, label) {
	const list = el("datalist", { id: `${id}-found` });
	let late = 0;
	const find = (e) => {
		clearTimeout(late);
		late = setTimeout(async () => {
			const text = e.target.value.trim(), page = text && await attempt(() => known(`query=${encodeURIComponent(text)}&size=20`));
			if (page) list.replaceChildren(...page.data.map((u) => el("option", { value: u.incontactId }, `${u.firstName} · ${t(`presence.${u.status}`)}`)));
		}, 200);
	};
	return [el("input", { id, type: "text", list: list.id, maxlength: "100", autocomplete: "off", "aria-label": label, placeholder: label, oninput: find }), list];
}

/** refreshChannels fetches what the page knows of the channels, after somebody changed them. */
export async function refreshChannels() {
	state.channels = new Map((await get(`${api}/channels`)).map((c) => [c.id, c]));
}

/** fail shows an error until it is closed or the next thing goes well. */
export function fail(err) {
	if (err instanceof Failure && err.status === 401 && state.me) return start();
	keep($("alert"), el("span", {}, err.message || String(err)), el("button", { onclick: calm }, t("close")));
}
export function calm() { $("alert").replaceChildren(); }

/** attempt runs a change, and says it when it fails. */
export async function attempt(work, done) {
	try {
		const out = await work();
		calm();
		if (done) say(done);
		return out;
	} catch (err) {
		fail(err);
	}
}

let again = 0;
/** start signs in and shows what the address names; a house that does not answer is asked again. */
async function start() {
	clearTimeout(again);
	const was = state.me;
	try {
		await load();
	} catch (err) {
		state.me = was;
		fail(err);
		again = setTimeout(start, 5000);
	}
}

let shown; // settles when what the address says is on the page
async function load() {
	state.me = null;
	const info = await get("/guichet/sign-in");
	await speak(localStorage.getItem("guichet.lang") || info.language);
	$("skip").textContent = t("skip");
	signing.provider = info.provider;
	if (info.provider) await finish(info.provider);
	try {
		state.me = await get(`${api}/me`);
	} catch (err) {
		if (err.code === "no-agent" || err.status === 401 && signedIn()) return showStranger();
		if (err.status !== 401) throw err;
		return showSignIn(info);
	}
	state.users = new Map();
	const [people, queues, channels] = await Promise.all([known("size=100"), ...["routing-queues?size=500", "channels"].map((p) => get(`${api}/${p}`))]);
	state.many = people.scrollToken;
	state.queues = queues;
	state.channels = new Map(channels.map((c) => [c.id, c]));
	shown = go();
}

function showSignIn(info) {
	showDoor(
		el("h2", { id: "sign" }, t(info.enabled ? "sign.title" : "sign.in")), el("p.small", {}, t(info.enabled ? "sign.how" : info.provider ? "sign.pool" : "sign.elsewhere")),
		info.provider && el("p", {}, el("button.main", { id: "sign-in", onclick: () => begin(info.provider) }, t("sign.in"))),
		el("ul", {}, info.agents.map((a) => el("li", {}, el("button", { "data-agent": a.id, onclick: () => signIn(a.id) }, a.name || a.id)))),
		info.more && el("form.join", { onsubmit: (e) => { e.preventDefault(); signIn($("other").value.trim()); } },
			el("input", { id: "other", type: "text", required: true, maxlength: "60", "aria-label": t("sign.other"), placeholder: t("sign.other") }), el("button", { type: "submit" }, t("sign.in"))));
}

/** showStranger is for somebody who is signed in and no agent: all he can do is leave. */
function showStranger() {
	showDoor(el("h2", { id: "sign" }, t("sign.title")), el("p", {}, t("error.no-agent")), el("p", {}, el("button.main", { onclick: signOut }, t("sign.out"))));
}

function showDoor(...children) {
	document.title = "guichet";
	$("skip").hidden = true;
	$("top").replaceChildren(el("h1", {}, logo(), el("span", {}, "guichet")), el("div.gap"), languageSwitch());
	$("main").className = "single";
	$("main").replaceChildren(el("section.sign", { "aria-labelledby": "sign" }, ...children));
	$("main").querySelector("button")?.focus();
}

async function signIn(agent) {
	await attempt(() => call("POST", "/guichet/sign-in", { agent }));
	start();
}

async function signOut() {
	if (signing.provider) return leave(signing.provider);
	await attempt(() => call("DELETE", "/guichet/sign-in"));
	location.hash = "";
	start();
}

const logo = () => el("img", { src: "/page/icon.svg", alt: "" });

function languageSwitch() {
	const next = languages.find((l) => l !== lang);
	return el("button.plain", { lang: next, "data-key": "language", onclick: () => { localStorage.setItem("guichet.lang", next); reword(); } }, t("language.other"));
}

/** reword says all that is shown in the language that was chosen. */
async function reword() {
	closeCase();
	$("main").className = "reworded";
	await start();
	await shown; // what is opened again takes the focus
	$("top").querySelector("[data-key=language]")?.focus();
}

const views = () => ["inbox", "waiting", "recent", state.me.rolePermissions.canRelease && "quarantine", state.me.hasSentMail && "sent", state.me.rolePermissions.canConfigure && "settings"].filter(Boolean);

export function drawTop() {
	const me = state.me.user;
	const count = (v) => state.counts[v] ? el("span.count", {}, String(state.counts[v])) : "";
	keep($("top"),
		el("h1", {}, logo(), el("span", {}, "guichet")),
		el("nav", { "aria-label": t("nav") }, views().map((v) => el("a", { href: `#/${v}`, "data-key": `nav-${v}`, "aria-current": state.view === v ? "page" : null }, t(`view.${v}`), count(v)))),
		el("form", { role: "search", onsubmit: find }, el("input", { type: "search", id: "find", "aria-label": t("search"), placeholder: t("search.hint"), value: state.search })),
		el("div.tools", {},
			el("select", { id: "presence", "aria-label": t("presence"), onchange: setPresence },
				["available", "busy", "after-contact", "offline"].map((p) => el("option", { value: p, selected: p === me.status }, t(`presence.${p}`)))),
			el("button", { "data-key": "call", "aria-pressed": String(me.onCall), title: t(state.me.voiceBlocksDigital ? "call.blocks" : "call.both"), onclick: setCall }, t("call.on")),
			me && state.me.rolePermissions.canReply && [...state.channels.values()].some((c) => c.isOutboundEnabled && !c.isDeleted) && el("button", { "data-key": "start", onclick: startConversation }, t("start.short")),
			languageSwitch(),
			el("button", { "data-key": "help", onclick: showHelp, "aria-label": t("help") }, "?"),
			(state.me.developmentSignIn || signing.provider) && el("button", { "data-key": "out", onclick: signOut }, el("span", {}, me.firstName, " · "), t("sign.out"))));
	const here = $("top").querySelector("a[aria-current]");
	if (here) here.parentNode.scrollLeft = here.offsetLeft - here.parentNode.offsetLeft - 60;
}

function find(e) {
	e.preventDefault();
	const q = $("find").value.trim();
	location.hash = q ? `#/search:${encodeURIComponent(/^\d{6,}$/.test(q) ? `title=${q}` : q)}` : "#/inbox";
}

async function setPresence(e) {
	const status = e.target.value;
	const user = await attempt(() => call("PUT", `/engager/2.0/users/${state.me.user.id}/status`, { status }), t(`presence.${status}`));
	if (user) state.me.user = user;
	drawTop();
	tick();
}

/** setCall says that a call of one's own begins, or is over. */
async function setCall() {
	const onCall = !state.me.user.onCall;
	const user = await attempt(() => call("PUT", "/guichet/agents/me/voice", { onCall }), t(onCall ? "call.began" : "call.over"));
	if (user) state.me.user = { ...state.me.user, onCall: user.onCall };
	drawTop();
	tick();
}

const startConversation = async () => (await attempt(() => import("/page/start.js")))?.startConversation();

let settings = null; // what few need is fetched when it is opened

/** go shows what the address says: #/view or #/view/case. */
async function go() {
	if (!state.me) return;
	calm();
	const [view, open] = location.hash.replace(/^#\//, "").split("/");
	const before = state.view + state.search;
	state.search = view.startsWith("search:") ? decodeURIComponent(view.slice(7)) : "";
	state.view = state.search ? "search" : views().includes(view) ? view : "inbox";
	state.open = open || "";
	document.body.dataset.open = open ? "case" : "list";
	drawTop();
	$("skip").hidden = ["quarantine", "sent", "settings"].includes(state.view);
	if (state.view === "settings") {
		closeCase();
		settings ||= await attempt(() => import("/page/settings.js"));
		return settings?.showSettings(location.hash.replace(/^#\/settings\/?/, ""));
	}
	if (state.view === "quarantine" || state.view === "sent") {
		closeCase();
		$("main").className = "single";
		if (before !== state.view) $("main").replaceChildren(el("p.empty", {}, t("loading")));
		return (state.view === "sent" ? showSent : showQuarantine)();
	}
	if ($("main").className || !$("list") || before !== state.view + state.search) await frame();
	if (state.open) return showCase(state.open);
	const left = document.querySelector("#list .tile[aria-current]");
	closeCase();
	if (left && (document.activeElement === document.body || $("pane").contains(document.activeElement))) left.focus();
}

async function frame() {
	$("main").className = "";
	$("main").replaceChildren(
		el("section", { id: "list", "aria-label": t(`view.${state.view}`) }),
		el("section", { id: "pane", tabindex: "-1", "aria-label": t("case") }, el("p.hint", {}, t("case.none"))));
	await showList();
}

export const link = (id) => `#/${state.search ? `search:${encodeURIComponent(state.search)}` : state.view}/${id}`;
export const back = () => { location.hash = `#/${state.search ? `search:${encodeURIComponent(state.search)}` : state.view}`; };

let ticking = 0, ticks = 0, touched = Date.now();
for (const e of ["keydown", "pointerdown", "pointermove"]) addEventListener(e, () => { touched = Date.now(); }, { passive: true });
/** tick looks for news; what is the same costs an answer without a body. all: at all that is shown, after something was changed here. */
export async function tick(all) {
	clearTimeout(ticking);
	try {
		if (state.me && !document.hidden) {
			await refreshCase();
			if (all === true || ticks % 2 === 0) await ($("list") ? refreshList() : state.view === "quarantine" && refreshHeld());
			if (ticks++ % 4 === 0) await recount(), await myself();
			if (state.offline) found();
		}
	} catch (err) {
		if (err.status === 401) { start(); } else if (!state.offline) { state.offline = err.status === 0; fail(err); }
	}
	clearTimeout(ticking);
	const idle = Date.now() - touched > 180000; // nobody is at the screen: look less often
	ticking = setTimeout(tick, state.offline || idle ? 12000 : 4000);
}

/** found says that the house answers again, and shows what could not be shown. */
function found() {
	state.offline = false;
	calm();
	say(t("online"));
	const there = { settings: ".panel", quarantine: "#main > h2", sent: "#main > h2" }[state.view] || (state.open ? ".case-head" : "#list");
	if (!document.querySelector(there)) go();
}

/** myself looks who is signed in: another tab may have changed it, and the presence. */
async function myself() {
	const me = await get(`${api}/me`);
	if (!state.me || JSON.stringify(me) === JSON.stringify(state.me)) return;
	if (me.user.incontactId !== state.me.user.incontactId) return location.reload();
	state.me = me;
	drawTop();
}

async function recount() {
	for (const [view, who] of [["inbox", "me"], ["waiting", "none"]]) {
		const list = await changed(`${api}/contacts?inboxAssignee=${who}&size=1`);
		if (!list || state.counts[view] === list.hits) continue;
		if (view === "inbox" && list.hits > (state.counts.inbox ?? Infinity)) say(t("new.case"));
		state.counts[view] = list.hits;
		document.title = state.counts.inbox ? `(${state.counts.inbox}) guichet` : "guichet";
		drawTop();
	}
}

let chord = "";
document.addEventListener("keydown", (e) => {
	if (e.key === "Escape" && e.target.closest?.(".compose")) return e.target.blur(), $("pane")?.focus();
	if (e.key === "Escape" && e.target.matches?.("#tag,#merge,#find")) return e.target.blur(), ($("pane")?.querySelector("h2") || $("list")?.querySelector("a"))?.focus();
	if (e.ctrlKey || e.metaKey || e.altKey || document.querySelector("dialog[open]") || !state.me) return;
	if (e.target.closest?.("input,textarea,select,[contenteditable]")) return;
	if (e.key === "Escape" && $("alert").firstChild) return calm();
	if (e.key === "Escape" && state.open) return back();
	if (!keysOn()) return;
	const views = { i: "inbox", w: "waiting", a: "recent", q: "quarantine", s: "sent", t: state.me.rolePermissions.canConfigure && "settings" };
	if (chord === "g" && views[e.key]) { location.hash = `#/${views[e.key]}`; chord = ""; return e.preventDefault(); }
	chord = e.key === "g" ? "g" : "";
	if (state.view === "settings" && settings?.settingsKey(e.key)) { e.preventDefault(); return settings.settingsKey(e.key)(); }
	const keys = { j: () => moveInList(1), k: () => moveInList(-1), o: openFirst, "/": () => $("find").focus(), "?": showHelp, c: state.me.rolePermissions.canReply && startConversation };
	const act = keys[e.key] || (state.open && caseKey(e.key)) || (e.key === "z" && canTakeBack() && takeBack);
	if (act) { e.preventDefault(); act(); }
});
addEventListener("hashchange", go);
document.addEventListener("visibilitychange", () => { if (!document.hidden) tick(); });
addEventListener("storage", (e) => { if (e.key === "guichet.lang" && state.me) reword(); });
start().then(tick);
