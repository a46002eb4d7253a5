// The list of cases of the open view.
import { $, el, keep } from "/page/dom.js";
import { t, when, full, span } from "/page/words.js";
import { api, changed, forget, get } from "/page/api.js";
import { state, link, name, attempt } from "/page/main.js";
import { nearest } from "/page/clocks.js";

let shown = [], more = "", extra = 0, hits = 0;

const path = () => {
	const size = "size=50";
	switch (state.view) {
	case "inbox": return `${api}/contacts?inboxAssignee=me&${size}`;
	case "waiting": return `${api}/contacts?inboxAssignee=none&${size}`;
	case "search": return `${api}/contacts?query=${encodeURIComponent(state.search)}&${size}`;
	}
	return `${api}/contacts?sorting=createdAt&sortingType=DESC&${size}`;
};

export async function showList() {
	forget(path());
	extra = 0;
	keep($("list"), el("p.empty", {}, t("loading")));
	await attempt(refreshList);
}

/** refreshList draws the list again when it has changed. Pages that were loaded below the first stay until the view is opened again. */
export async function refreshList() {
	const list = await changed(path());
	if (!list || !$("list")) return;
	const below = extra ? shown.slice(-extra).filter((c) => !list.data.some((d) => d.id === c.id)) : [];
	extra = below.length;
	shown = [...list.data, ...below];
	if (!extra) more = list.scrollToken;
	draw(list.hits);
}

/** redrawList draws what is there again: more names are known. */
export const redrawList = () => draw(hits);

async function loadMore() {
	const list = await attempt(() => get(`${path()}&scrollToken=${encodeURIComponent(more)}`));
	if (!list) return;
	const fresh = list.data.filter((c) => !shown.some((s) => s.id === c.id));
	shown.push(...fresh);
	extra += fresh.length;
	more = list.scrollToken;
	draw(list.hits);
	$("list").querySelector(`[data-key="case-${fresh[0]?.id}"]`)?.focus();
}

function draw(n) {
	hits = n;
	const list = $("list"), anchor = standing(list), from = anchor?.getBoundingClientRect().top;
	keep(list,
		el("div.head", {}, el("h2", {}, state.view === "search" ? t("view.search", { q: state.search }) : t(`view.${state.view}`)), el("span.small", {}, more ? `${shown.length} …` : String(hits))),
		shown.length ? el("ul", {}, shown.map(tile)) : el("p.empty", {}, t(`empty.${state.view}`)),
		more && el("p.empty", {}, el("button", { "data-key": "more", onclick: loadMore }, t("more"))));
	const same = anchor && list.querySelector(`[data-key="${anchor.dataset.key}"]`);
	if (same) (innerWidth < 700 ? $("main") : list).scrollTop += same.getBoundingClientRect().top - from;
}

/** standing is the tile that must not move when the list is drawn again: the one under the pointer or with the focus, or the first that is in sight once somebody has scrolled. */
function standing(list) {
	const held = list.querySelector(".tile:hover, .tile:focus");
	if (held || !(list.scrollTop || $("main").scrollTop)) return held;
	const top = list.querySelector(".head")?.getBoundingClientRect().bottom || 0;
	return [...list.querySelectorAll(".tile")].find((a) => a.getBoundingClientRect().top >= top);
}

function tile(c) {
	return el("li", {}, el("a.tile", { href: link(c.id), "data-key": `case-${c.id}`, "aria-current": state.open === c.id ? "true" : null },
		el("span.row", {}, el("span.title", { dir: "auto" }, c.title || t("no.title")), el("time", { datetime: c.createdAt, title: full(c.createdAt) }, when(c.waitingSince || c.createdAt))),
		el("span.row", {}, el("span.who", { dir: "auto" }, c.authorEndUserIdentity?.fullName || ""), el("span.small", {}, c.id)),
		el("span.row", {}, el("span", {}, el("span.badge", {}, t(`status.${c.status}`)), c.badges.map((b) => el(`span.badge.${b.code}`, {}, b.text))), el("span.small", {}, due(c))),
		state.view !== "inbox" && c.inboxAssigneeUser && el("span.small", {}, name(c.inboxAssigneeUser.incontactId))));
}

/** due says what the nearer running clock has left. */
function due(c) {
	const k = nearest(c);
	return k ? t("left", { time: span(k.remaining_ms) }) : "";
}

/** mark shows which tile is open. */
export function mark() {
	for (const a of document.querySelectorAll("#list .tile")) {
		if (a.dataset.key === `case-${state.open}`) a.setAttribute("aria-current", "true");
		else a.removeAttribute("aria-current");
	}
}

/** moveInList gives the focus to the next or the last tile, from the focused or the open one. */
export function moveInList(step) {
	const all = [...document.querySelectorAll("#list .tile")];
	if (!all.length) return;
	let i = all.indexOf(document.activeElement);
	if (i < 0) i = all.findIndex((a) => a.hasAttribute("aria-current"));
	const next = all[Math.min(Math.max(i + step, 0), all.length - 1)];
	next.focus();
	next.scrollIntoView({ block: "nearest" });
}

export function openFirst() {
	const all = [...document.querySelectorAll("#list .tile")];
	(all.includes(document.activeElement) ? document.activeElement : all[0])?.click();
}
