// Calendars: when the house is open. Service levels use them by name.
import { el, keep } from "/page/dom.js";
import { t, when } from "/page/words.js";
import { call, get } from "/page/api.js";
import { attempt } from "/page/main.js";
import { area, ask, field, form, input, table, tick } from "/page/settings-form.js";

const path = "/guichet/calendars", days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], fresh = "new";
const empty = { id: "", name: "", version: 0, usedBy: [], calendar: { zone: "", week: Object.fromEntries(days.slice(0, 5).map((d) => [d, ["09:00-18:00"]])), closed: [], holidays: [], special: {}, always: false } };

export async function show(node, rest, link) {
	if (!rest) {
		const all = await get(path);
		return keep(node, el("p", {}, t("set.calendars.what")),
			table(t("set.calendars"), [t("set.calendars.name"), t("set.calendars.zone"), t("set.calendars.week"), t("set.calendars.used")],
				all.map((c) => [el("a", { href: link(c.id) }, c.name), c.calendar.always ? "" : c.calendar.zone, c.calendar.always ? t("set.calendars.always") : brief(c.calendar), String(c.usedBy.length)]), t("set.calendars.none")),
			el("p", {}, el("a.button", { href: link(fresh) }, t("set.calendars.new"))));
	}
	const c = rest === fresh ? structuredClone(empty) : await get(`${path}/${encodeURIComponent(rest)}`);
	if (!c.calendar.zone && !c.id) c.calendar.zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
	keep(node, el("p", {}, el("a", { href: link("") }, "← ", t("set.calendars"))), el("h3", {}, c.name || t("set.calendars.new")), edit(c, link), c.id && holidays(c, link), c.id && remove(c, link));
}

const brief = (c) => days.filter((d) => c.week[d]?.length).map((d) => `${t(`set.day.${d}`)} ${c.week[d].join(", ")}`).join("; ");
const list = (text) => text.split(/[,;\n]+/).map((s) => s.trim()).filter(Boolean);

/** special days are lines as "2026-12-24 09:00-12:00, 13:00-15:00". */
const specialText = (s) => Object.keys(s).sort().map((d) => `${d} ${s[d].join(", ")}`.trim()).join("\n");
const specialOf = (text) => Object.fromEntries(text.split("\n").map((s) => s.trim()).filter(Boolean).map((line) => [line.split(/\s+/)[0], list(line.replace(/^\S+/, ""))]));

function edit(c, link) {
	const zones = el("datalist", { id: "zones" }, (Intl.supportedValuesOf?.("timeZone") || []).map((z) => el("option", { value: z })));
	const hours = el("div.settings-form", { hidden: c.calendar.always },
		field(t("set.calendars.zone"), input("calendar.zone", c.calendar.zone, { list: "zones" }), t("set.calendars.zone.hint")), zones,
		days.map((d) => field(t(`set.day.${d}`), input(`calendar.week.${d}`, (c.calendar.week[d] || []).join(", ")), d === "mon" ? t("set.calendars.week.hint") : "")),
		field(t("set.calendars.closed"), area("calendar.closed", c.calendar.closed.join("\n")), t("set.calendars.closed.hint")),
		field(t("set.calendars.special"), area("calendar.special", specialText(c.calendar.special)), t("set.calendars.special.hint")));
	const read = (node) => {
		const of = (n) => node.elements[n].value;
		const week = Object.fromEntries(days.map((d) => [d, list(of(`calendar.week.${d}`))]).filter(([, v]) => v.length));
		const calendar = { zone: of("calendar.zone").trim(), week, closed: list(of("calendar.closed")), holidays: c.calendar.holidays, special: specialOf(of("calendar.special")), always: node.elements.always.checked };
		return { name: of("name"), calendar, version: c.version };
	};
	const seen = el("div", { "aria-live": "polite" });
	return form({
		label: t("set.calendars"), more: c.usedBy.length > 0 && look(c, read, seen),
		save: async (_, node) => {
			const now = await call(c.id ? "PUT" : "POST", c.id ? `${path}/${encodeURIComponent(c.id)}` : path, read(node));
			if (!c.id) { location.hash = link(now.id); return; }
			Object.assign(c, now);
			keep(seen);
		},
	}, field(t("set.calendars.name"), input("name", c.name, { maxlength: "60" })), field(t("set.calendars.always"), tick("always", c.calendar.always, { onchange: (e) => { hours.hidden = e.target.checked; } })), hours, seen);
}

/** look says what a change of the calendar would do to the cases of the service levels that use it. */
const look = (c, read, into) => el("button", { type: "button", onclick: async (e) => {
	const p = await attempt(() => call("POST", "/guichet/service-levels/preview", { calendar: { id: c.id, ...read(e.target.closest("form")) } }));
	if (!p) return;
	keep(into, el("ul", {}, p.promises.map((q) => el("li", {}, q.channelId ? `${q.channelId}: ` : "", t("set.levels.due", { clock: t(`clock.${q.clock}`), due: q.due ? when(q.due) : t("set.levels.never"), target: "" })))),
		el("p", {}, t(p.all ? "set.levels.moved.all" : "set.levels.moved.some", { moved: String(p.moved), open: String(p.open), looked: String(p.looked) })));
} }, t("set.levels.preview"));

/** holidays come from an iCalendar file, or by themselves from a feed. */
function holidays(c, link) {
	const said = el("p", { role: "status", id: "holidays-said" }), where = `${path}/${encodeURIComponent(c.id)}`;
	const count = (k) => t("set.calendars.holidays.has", { n: String(k.calendar.holidays.length), next: k.calendar.holidays.find((d) => d >= new Date().toISOString().slice(0, 10)) || "–" });
	const file = el("input", { type: "file", id: "ics", accept: ".ics,text/calendar", disabled: !!c.feed, onchange: async (e) => {
		const chosen = e.target.files[0];
		if (!chosen) return;
		const now = await attempt(async () => call("POST", `${where}/holidays`, undefined, { "Content-Type": "text/calendar" }, (at, how) => fetch(at, { ...how, body: chosen })));
		e.target.value = "";
		if (now) tell(Object.assign(c, now));
	} });
	const fed = el("p", { role: "status", id: "feed-said" }), drop = el("button", { type: "button", onclick: async () => {
		if (!await attempt(async () => { await call("DELETE", `${where}/feed`); return true; })) return;
		delete c.feed;
		tell(c);
		feed.elements.url.value = "";
		feed.elements.url.focus();
	} }, t("set.calendars.feed.drop"));
	const tell = (k) => {
		said.textContent = count(k) + (k.left ? " " + t("set.calendars.holidays.left", { why: k.left }) : "");
		file.disabled = !!k.feed;
		drop.hidden = !k.feed;
		fed.textContent = k.feed ? story(k.feed) : "";
	};
	const feed = form({ label: t("set.calendars.feed"), save: async (_, node) => tell(Object.assign(c, { left: "" }, await call("PUT", `${where}/feed`, { url: node.elements.url.value }))) },
		field(t("set.calendars.feed.url"), input("url", c.feed?.url || "", { type: "text", inputmode: "url", maxlength: "1000" }), t("set.calendars.feed.hint")), fed);
	tell(c);
	return el("div", {}, el("h3", {}, t("set.calendars.holidays")), el("p", {}, t("set.calendars.holidays.what")), said,
		el("p", {}, el("label", { for: "ics" }, t("set.calendars.holidays.file"), " "), file), feed, el("p", {}, drop));
}

/** story says how a feed goes. */
const story = (f) => [f.readAt ? t("set.calendars.feed.read", { when: when(f.readAt) }) : t("set.calendars.feed.never"),
	f.failed && t("set.calendars.feed.failed", { n: String(f.failed), why: f.reason, next: when(f.nextAt) }), f.left && t("set.calendars.holidays.left", { why: f.left })].filter(Boolean).join(" ");

const remove = (c, link) => el("p", {}, el("button", { type: "button", onclick: async () => {
	if (!await ask(t("set.calendars.delete.ask", { name: c.name }), t("set.calendars.delete"))) return;
	if (await attempt(async () => { await call("DELETE", `${path}/${encodeURIComponent(c.id)}`); return true; })) location.hash = link("");
} }, t("set.calendars.delete")));
