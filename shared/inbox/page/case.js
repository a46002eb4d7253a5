// One case: its head with the clocks, what can be done, the timeline, the history, the answer.
import { $, el, keep, say } from "/page/dom.js";
import { t, has, when, full } from "/page/words.js";
import { api, call, changed, forget, get } from "/page/api.js";
import { state, name, attempt, back, fail, known, personField, tick } from "/page/main.js";
import { mark } from "/page/list.js";
import { moreActions, moreHead } from "/page/case-more.js";
import { messageNode } from "/page/message.js";
import { linkedHead, talkAction, canTalk, talk } from "/page/talk.js";
import { indicators } from "/page/mood.js";
import { clocks, clocksOf, clockText } from "/page/clocks.js";
import { stopped } from "/page/fates.js";
import { composer, write } from "/page/compose.js";
import { showDrafts } from "/page/letter.js";
import { undo, canUndo } from "/page/undo.js";
import { joining, offerBack } from "/page/parts.js";

let detail = null, messages = new Map(), nodes = new Map(), older = "", parts = {};
const path = (rest) => `${api}/contacts/${encodeURIComponent(state.open)}${rest || ""}`;

export function closeCase() {
	detail = null;
	if ($("pane")) {
		$("pane").inert = false;
		keep($("pane"), el("p.hint", {}, t("case.none")));
	}
	mark();
}

export async function showCase(id) {
	if (detail?.case.id === id && parts.head.isConnected) return;
	detail = null;
	messages = new Map();
	nodes = new Map();
	forget(path());
	$("pane").inert = true; // what still shows there is another case
	const d = await attempt(() => get(path("/detail")));
	if (state.open !== id) return;
	$("pane").inert = false;
	if (!d) return $("pane").replaceChildren(el("p.hint", {}, t("case.missed"), " ", el("button", { onclick: () => showCase(id) }, t("again.load"))));
	older = d.scrollToken;
	parts = {
		head: el("div.case-head"), actions: el("div.actions", { role: "group", "aria-label": t("actions") }), timeline: el("ol", { id: "timeline", "aria-label": t("timeline") }),
		offer: el("div"), pop: el("div"), why: el("details.history.chosen", { ontoggle: drawWhy }, el("summary", {}, t("why.agent")), el("div")),
		fields: el("details.history", { hidden: true }, el("summary", {}, t("fields")), el("div")),
		history: el("details.history.log", { ontoggle: drawHistory }, el("summary", {}, t("history")), el("ol")),
	};
	const acts = el("button.acts", { "aria-expanded": "false", onclick: () => acts.setAttribute("aria-expanded", String(acts.getAttribute("aria-expanded") === "false")) }, t("actions"));
	$("pane").replaceChildren(el("div.stick", {}, parts.head, parts.offer, parts.pop, acts, parts.actions), parts.timeline, parts.fields, parts.why, parts.history);
	take(d);
	$("pane").append(composer(d, sent));
	mark();
	parts.head.querySelector("h2").focus({ preventScroll: true });
	if (innerWidth >= 700) parts.timeline.lastElementChild?.scrollIntoView({ block: "nearest" });
}

/** refreshCase looks whether the open case has moved; its clocks are drawn again each minute. */
export async function refreshCase() {
	if (!detail || !state.open) return;
	const id = state.open, c = await changed(path());
	if (!c || !detail || state.open !== id) return;
	if (c.version === detail.case.version) {
		c.authorEndUserIdentity = detail.case.authorEndUserIdentity;
		detail.case = c;
		return drawHead();
	}
	const d = await get(path("/detail"));
	if (!detail || state.open !== id) return;
	showDrafts(d);
	const fresh = d.messages.filter((m) => !messages.has(m.id) && m.direction === "inbound");
	take(d);
	if (fresh.length) say(t("new.message", { who: fresh[0].authorEndUserIdentity?.fullName || "", case: id }));
}

/** redrawCase draws what is there again: more names are known. */
export function redrawCase() {
	if (!detail || !parts.head.isConnected) return;
	for (const n of nodes.values()) n.text = "";
	drawHead();
	drawTimeline();
	if (parts.history.open) drawHistory();
	drawWhy();
}

function take(d) {
	detail = d;
	const ids = [d.case.id, ...d.case.mergedFrom];
	for (const m of messages.values()) if (!ids.includes(m.postId)) messages.delete(m.id); // of a part that is a case of its own again
	for (const m of d.messages) messages.set(m.id, m);
	drawHead();
	drawActions();
	drawTimeline();
	if (parts.history.open) drawHistory();
	drawOffer();
	drawWhy();
	drawFields();
}

async function drawFields() {
	const { fields } = parts, list = detail.customFields || [];
	fields.hidden = !list.length;
	if (list.length && !fields.contains(document.activeElement)) (await import("/page/fields.js")).showFields(fields.querySelector("div"), state.open, list, detail.rolePermissions.canReply, fail);
}

const offered = () => detail?.case.offer?.agentId === state.me.user.incontactId;
const answerOffer = (yes) => move("POST", "", undefined, t(yes === "acceptance" ? "assigned.me" : "offer.rejected"), `/guichet/contacts/${encodeURIComponent(state.open)}/${yes}`);

async function drawOffer() {
	const { offer } = parts, c = detail.case;
	if (c.offer || offer.firstChild) (await import("/page/routing.js")).showOffer(offer, c, offered(), answerOffer);
	if (c.popUrl || parts.pop.firstChild) (await import("/page/routing.js")).showPop(parts.pop, c);
}

async function drawWhy() {
	const { why } = parts, id = state.open;
	if (why.open && detail) await attempt(async () => (await import("/page/routing.js")).showWhy(why.querySelector("div"), id));
}

function drawHead() {
	const c = detail.case;
	keep(parts.head,
		el("button.back", { onclick: back, "data-key": "back" }, "← ", t("back")),
		el("h2", { tabindex: "-1", "data-key": "title" }, el("bdi", {}, c.title || t("no.title")), " ", el("span.no", {}, c.id)),
		el("p.small", {}, el("bdi", {}, detail.customer.fullName), detail.customer.email && detail.customer.email !== detail.customer.fullName ? ` <${detail.customer.email}>` : "", " → ", detail.channel.name, " · ",
			t("opened", { time: when(c.createdAt) }), " · ", c.inboxAssigneeUser ? t("has", { who: name(c.inboxAssigneeUser.incontactId) }) : t(c.waitingSince ? "waits" : "at.rest"),
			c.mergedFrom.length ? " · " + t("merged", { ids: c.mergedFrom.join(", ") }) : ""),
		el("p", {}, el("span.badge", {}, t(`status.${c.status}`)), c.badges.map((b) => el(`span.badge.${b.code}`, {}, b.text)), tags(c)),
		stopped(detail.customer, detail.rolePermissions.canRelease, () => { forget(path()); return tick(); }),
		(detail.standing.spam || detail.standing.notSpam || detail.externalRefs.length) && moreHead(detail),
		linkedHead(c),
		indicators(detail.customer),
		clocks(clocksOf(c)));
	const mini = document.querySelector(".compose .mini");
	if (mini && document.activeElement?.id !== "text") mini.textContent = clocksOf(c).map(([which, k]) => clockText(which, k)).join(" · ");
}

function tags(c) {
	const change = (method, tag) => attempt(() => call(method, path(`/tags/${encodeURIComponent(tag)}`)), t("done")).then(() => { forget(path()); tick(); });
	const may = detail.rolePermissions.canReply;
	return el("span.tags", {}, c.tags.map((g) => may
		? el("button", { "data-key": `tag-${g.id}`, "aria-label": t("tag.remove", { tag: g.title }), onclick: () => change("DELETE", g.id) }, g.title, " ×")
		: el("span.badge", {}, g.title)),
	may && el("input", {
		type: "text", id: "tag", "aria-label": t("tag.add"), placeholder: t("tag.add"), maxlength: "30",
		onkeydown: (e) => { if (e.key === "Enter" && e.target.value.trim()) { change("PUT", e.target.value.trim()); e.target.value = ""; } },
	}));
}

/** move changes the case, and shows it as the house says it is then. */
export async function move(method, rest, body, done, where) {
	const went = await attempt(() => call(method, where || path(rest), body).then(() => true), done);
	forget(path());
	await tick(true);
	return went;
}

/** setStatus moves the case; what it was can be had again, its agent too. */
async function setStatus(status) {
	const { id, status: was, inboxAssigneeUser: had } = detail.case, mine = had?.incontactId === state.me.user.incontactId;
	if (was === status || !await move("PUT", "/status", { status }) || was === "new") return;
	const where = `${api}/contacts/${encodeURIComponent(id)}`;
	offerBack(t("takeback.status", { id, status: t(`status.${status}`) }), () => attempt(async () => {
		await call("PUT", `${where}/status`, { status: was });
		if (mine) await call("PUT", `${where}/inbox-assignment`, { inboxAssigneeCxoneId: state.me.user.incontactId });
		forget(path());
		return true;
	}).then(Boolean));
}
const take4me = () => move("PUT", "/inbox-assignment", { inboxAssigneeCxoneId: state.me.user.incontactId }, t("assigned.me"));
const giveBack = () => move("DELETE", "/inbox-assignment", undefined, t("returned"));

function drawActions() {
	const c = detail.case, may = detail.rolePermissions, mine = c.inboxAssigneeUser?.incontactId === state.me.user.incontactId;
	const live = ["new", "open", "pending", "escalated"].includes(c.status);
	const what = JSON.stringify([c.status, mine, c.routingQueueId, c.mergedFrom, c.badges.some((b) => b.code === "gone"), may]);
	if (parts.drawn === what) return; // an open choice stays open
	parts.drawn = what;
	keep(parts.actions,
		may.canReply && ["open", "pending", "escalated", "resolved", "closed", "trashed"].map((s) => el("button", { "data-key": `status-${s}`, "aria-pressed": String(c.status === s), onclick: () => setStatus(s) }, t(`do.${s}`))),
		el("span.gap"),
		may.canReply && live && !mine && el("button", { "data-key": "take", onclick: take4me }, t("do.take")),
		may.canReply && mine && el("button", { "data-key": "return", onclick: giveBack }, t("do.return")),
		may.canAssign && live && giving("assign", [...state.users.values()].map((u) => [u.incontactId, `${u.firstName} · ${t(`presence.${u.status}`)}`]), (to) => move("PUT", "/inbox-assignment", { inboxAssigneeCxoneId: to }, t("done")), presences),
		may.canAssign && giving("transfer", state.queues.filter((q) => q.id !== c.routingQueueId).map((q) => [q.id, q.name]), (to) => move("PUT", "/routing-queue", { skillId: to }, t("done"))),
		may.canAssign && joining(c, detail.customer.email), talkAction(detail, act), moreActions(c, may, act));
}

/** giving is a choice with its button: whoever walks through it by keys changes nothing yet. */
function giving(what, options, go, onfocus) {
	const send = (e) => { e.preventDefault(); const to = $(what).value.trim(); return to ? go(to) : $(what).focus(); };
	const choice = what === "assign" && state.many ? personField(what, t("do.assign.find"))
		: el("select", { id: what, "aria-label": t(`do.${what}`), onfocus }, el("option", { value: "" }, t(`do.${what}`)), options.map(([value, text]) => el("option", { value }, text)));
	return el("form.join", { onsubmit: send }, choice,
		el("button", { type: "submit", "data-key": `${what}-go` }, t(`do.${what}.go`)));
}

let asked = 0;
/** presences has the choice of agents say who is there now. */
async function presences() {
	if (Date.now() - asked < 15000) return;
	asked = Date.now();
	if (state.many) return;
	for (const u of (await known("size=100").catch(() => ({ data: [] }))).data) {
		const option = [...$("assign")?.options || []].find((o) => o.value === u.incontactId);
		if (option) option.textContent = `${u.firstName} · ${t(`presence.${u.status}`)}`;
	}
}

/** act changes a message or a case by its whole path, and looks again. */
async function act(method, where, body) {
	const out = await attempt(() => call(method, where, body), t("done"));
	forget(path());
	await tick(true);
	return out;
}

function drawTimeline() {
	const list = [...messages.values()].sort((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : a.id.localeCompare(b.id, "en", { numeric: true })));
	const alone = !older && list.filter((m) => m.direction === "inbound" && !m.movedTo).length < 2;
	const context = { may: detail.rolePermissions, junk: detail.case.badges.some((b) => b.code === "spam"), alone, talks: detail.channel.media !== "email", act };
	const opened = []; // what somebody had opened of a message that has changed
	const out = list.map((m) => {
		const text = JSON.stringify([m, context]), had = nodes.get(m.id);
		if (had?.text === text) return had.node;
		const node = messageNode(m, context);
		if (had) opened.push(...[...had.node.querySelectorAll("footer [aria-expanded=true]")].map((b) => b.dataset.key));
		nodes.set(m.id, { text, node });
		return node;
	});
	const top = older && el("li", {}, el("button", { "data-key": "older", onclick: loadOlder }, t("older")));
	keep(parts.timeline, top, out);
	for (const b of parts.timeline.querySelectorAll("footer [aria-expanded]")) if (opened.includes(b.dataset.key)) b.click();
}

async function loadOlder() {
	const list = await attempt(() => get(path(`/messages?scrollToken=${encodeURIComponent(older)}`)));
	if (!list) return;
	for (const m of list.data) messages.set(m.id, m);
	older = list.scrollToken;
	drawTimeline();
	nodes.get(list.data.at(-1)?.id)?.node.scrollIntoView({ block: "nearest" });
}

async function drawHistory() {
	if (!parts.history.open) return;
	const all = [];
	for (let page = 1; page <= 9; page++) {
		const list = await attempt(() => get(path(`/history?page=${page}&size=100&withContext=1`)));
		if (!list) return;
		all.push(...list.data);
		if (!list.scrollToken) break;
	}
	const { trace } = all.some((f) => f.detail.trace) ? await import("/page/trace.js") : {};
	keep(parts.history.querySelector("ol"), all.map((f) => el("li", {}, el("time.small", { datetime: f.createdAt, title: full(f.createdAt) }, when(f.createdAt)),
		el("span", {}, told(f), el("span.reason", {}, f.event.startsWith("address.") ? f.detail.said : f.event === "script.ran" ? "" : f.detail.reason), trace?.(f)))));
}

/** told says a fact as a sentence. */
function told(f) {
	const d = f.detail, word = (v) => (v && has(`status.${v}`) ? t(`status.${v}`) : v);
	const key = `fact.${f.event}${f.event === "case.tagged" && d.untag ? ".off" : ""}`;
	return has(key) ? t(key, {
		...d, by: name(f.by), agent: name(f.agentId), from: f.event === "case.returned" ? name(d.from) : word(d.from), to: word(d.to), tag: d.tag || d.untag, message: f.messageId || "",
		clock: d.clock ? t(`clock.${d.clock}`) : "", delivery: d.delivery ? t(`delivery.${d.delivery}`) : "", late: d.late ? t("fact.late") : "", mark: d.as ? t(`marked.${d.as}`) : "", stopped: has(`stopped.${d.reason}`) ? t(`stopped.${d.reason}`) : "",
	}) : f.event;
}

/** sent takes an answer or note that was just accepted, without waiting for the next look. */
function sent(m) {
	messages.set(m.id, m);
	drawTimeline();
	nodes.get(m.id).node.scrollIntoView({ block: "nearest" });
	forget(path());
	tick();
}

const shownActs = () => document.querySelector(".acts")?.setAttribute("aria-expanded", "true");

/** step goes to the next or the last message, to the first thing that can be done with it. */
function step(n) {
	const all = [...parts.timeline.children], at = all.findIndex((li) => li.contains(document.activeElement));
	const next = all[at < 0 ? (n > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + n, 0), all.length - 1)];
	next?.scrollIntoView({ block: "nearest" });
	(next?.querySelector("footer button") || next?.querySelector("button,a,summary"))?.focus({ preventScroll: true });
}

/** caseKey gives what a key does while a case is open. */
export function caseKey(key) {
	if (!detail) return null;
	const may = detail.rolePermissions;
	return { r: (may.canReply || may.canCreateDraft) && (() => write("reply")), z: canUndo() && undo, n: may.canNote && (() => write("note")), e: may.canReply && (() => setStatus("resolved")), a: may.canReply && take4me, y: offered() && (() => answerOffer("acceptance")), x: offered() && (() => answerOffer("rejection")), u: may.canReply && giveBack, t: canTalk(detail) && (() => talk(detail, act)), p: detail.case.popUrl && (() => parts.pop.querySelector("a")?.click()),
		m: may.canAssign && (() => { shownActs(); $("merge")?.focus(); }), J: () => step(1), K: () => step(-1),
		h: () => { parts.history.open = !parts.history.open; parts.history.querySelector("summary").focus(); } }[key];
}
