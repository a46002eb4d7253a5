// What was kept apart, and what left into a folder.
import { $, el, keep, say } from "/page/dom.js";
import { t, when, full } from "/page/words.js";
import { api, call, changed, forget, get } from "/page/api.js";
import { state, name, attempt } from "/page/main.js";
import { fetchFile } from "/page/message.js";

let token = "", held = [];

export async function showQuarantine() {
	forget("/guichet/quarantine");
	token = "";
	held = [];
	await moreHeld();
	$("main").querySelector("h2")?.focus();
}

async function moreHeld() {
	const list = await attempt(() => get(`/guichet/quarantine?scrollToken=${encodeURIComponent(token)}`));
	if (!list || state.view !== "quarantine") return;
	held.push(...list.data);
	token = list.scrollToken;
	drawHeld();
}

/** refreshHeld draws the newest of the quarantine again when somebody released one of them, or more came. */
export async function refreshHeld() {
	const list = await changed("/guichet/quarantine");
	if (!list || state.view !== "quarantine") return;
	held = [...list.data, ...held.filter((q) => !list.data.some((n) => n.id === q.id))];
	drawHeld();
}

function drawHeld() {
	keep($("main"), el("h2", { tabindex: "-1", class: "sr" }, t("view.quarantine")),
		state.me.rolePermissions.canConfigure && el("p.card.small", {}, el("a", { href: "#/settings/lists" }, t("quarantine.lists"))),
		held.length === 0 && el("p.empty", {}, t("empty.quarantine")),
		held.map((q) => el("article.card", { "aria-label": q.title || t("no.title") },
			el("div.row", {}, el("h3", { dir: "auto" }, q.title || t("no.title")), el("time.small", { datetime: q.createdAt, title: full(q.createdAt) }, when(q.createdAt))),
			el("p", {}, q.from, " → ", state.channels.get(q.channelId)?.name || q.channelId), el("p.bad", {}, q.reason),
			el("div.row", {}, el("span", {}, el("a", { href: `#/recent/${q.contactId}` }, t("case"), " ", q.contactId), " · ", el("a", { href: `${api}/messages/${q.id}/raw`, download: `${q.id}.eml`, onclick: fetchFile }, t("raw"))),
				q.releasedAt ? el("span.small", {}, t("released", { who: name(q.releasedBy), time: when(q.releasedAt) })) : el("button", { "data-key": `rel-${q.id}`, onclick: () => release(q) }, t("release"))))),
		token && el("p.empty", {}, el("button", { "data-key": "more", onclick: moreHeld }, t("more"))));
}

async function release(q) {
	const ok = await attempt(() => call("POST", `/guichet/quarantine/${q.id}/release`));
	if (ok === undefined) return;
	q.releasedAt = new Date().toISOString();
	q.releasedBy = state.me.user.incontactId;
	drawHeld();
	say(t("released", { who: name(q.releasedBy), time: when(q.releasedAt) }));
}

export async function showSent() {
	const list = await attempt(() => get("/guichet/sent"));
	if (!list || state.view !== "sent") return;
	keep($("main"), el("h2", { tabindex: "-1", class: "sr" }, t("view.sent")), el("p.small.card", { tabindex: "0" }, t("sent.what")),
		list.data.length === 0 && el("p.empty", {}, t("empty.sent")),
		list.data.map((s) => el("article.card", { "aria-label": s.title },
			el("div.row", {}, el("h3", {}, s.title || t("no.title")), el("time.small", { datetime: s.createdAt }, s.createdAt ? when(s.createdAt) : "")),
			el("p.small", {}, s.from, " → ", s.to), el("pre", {}, s.text))));
	$("main").querySelector("h2")?.focus();
}
