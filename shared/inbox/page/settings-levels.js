// Service levels: the general one, and what each channel has; what a change would promise and move; and the open cases.
import { el, keep } from "/page/dom.js";
import { t, when, span } from "/page/words.js";
import { call, get } from "/page/api.js";
import { attempt, name } from "/page/main.js";
import { ask, field, form, input, number, pick, refuse, table, tick } from "/page/settings-form.js";

const path = "/guichet/service-levels", clocks = ["first", "next", "resolution"], parts = ["d", "h", "m"];

export async function show(node, rest, link) {
	const all = await get(path), ch = all.channels.find((c) => c.id === rest);
	if (ch) return keep(node, el("p", {}, el("a", { href: link("") }, "← ", t("set.levels"))), el("h3", {}, ch.name), channel(ch, all));
	keep(node, el("p", {}, t("set.levels.what"), " ", el("a", { href: "#/settings/calendars" }, t("set.calendars"))),
		el("h3", {}, t("set.levels.general")), general(all),
		el("h3", {}, t("set.levels.channels")),
		table(t("set.levels.channels"), [t("set.levels.channel"), t("set.levels.has"), t("set.levels.targets")],
			all.channels.map((c) => [el("a", { href: link(c.id) }, c.name), t(`set.levels.mode.${c.sla_mode}`), brief(c.sla_mode === "own" ? c.own : all.general)])),
		el("h3", {}, t("set.levels.open")), opened(all.applying));
}

const brief = (l) => clocks.filter((c) => l[c]).map((c) => `${t(`clock.${c}`)}: ${length(l[c], l.day)}`).join(" · ") || t("set.levels.none");
const length = (v, day) => parts.filter((p) => v[p]).map((p) => t(`set.levels.n.${p === "d" && day === "working" ? "wd" : p}`, { n: String(v[p]) })).join(" ");

function general(all) {
	const level = fields(all.general, all);
	const preview = el("div", { "aria-live": "polite" });
	return form({
		label: t("set.levels.general"), more: look(preview, (node) => ({ general: level.read(node) })),
		save: async (_, node) => { Object.assign(all, await call("PUT", `${path}/general`, { ...level.read(node), version: all.version })); keep(preview); },
	}, ...level.nodes, preview);
}

function channel(ch, all) {
	const level = fields(ch.own || all.general, all), preview = el("div", { "aria-live": "polite" });
	const own = el("div.settings-form", { hidden: ch.sla_mode !== "own" }, ...level.nodes);
	const mode = pick("sla_mode", ch.sla_mode, [["general", t("set.levels.mode.general")], ["own", t("set.levels.mode.own")]], { onchange: (e) => { own.hidden = e.target.value !== "own"; } });
	const body = (node) => ({ sla_mode: mode.value, ...(mode.value === "own" ? { own: level.read(node) } : {}) });
	return form({
		label: ch.name, more: look(preview, (node) => ({ channelId: ch.id, ...body(node) })),
		save: async (_, node) => {
			const now = await unnest(() => call("PUT", `${path}/channels/${encodeURIComponent(ch.id)}`, { ...body(node), version: ch.version }));
			Object.assign(ch, now.channels.find((c) => c.id === ch.id));
			keep(preview);
		},
	}, field(t("set.levels.has"), mode, t("set.levels.mode.hint")), own, preview);
}

/** unnest names a field as the form does, which knows no "own." before it. */
async function unnest(work) {
	try { return await work(); } catch (err) {
		err.field = (err.field || "").replace(/^(own|general)\./, "");
		throw err;
	}
}

/** look is the button that says what the change would do. */
const look = (into, body) => el("button", {
	type: "button", onclick: async (e) => {
		const node = e.target.closest("form");
		try {
			draw(into, await unnest(() => call("POST", `${path}/preview`, body(node))));
		} catch (err) {
			keep(into, el("p.bad", { role: "alert" }, err.message));
			refuse(node, node.querySelector(".state"), err);
		}
	},
}, t("set.levels.preview"));

function draw(into, p) {
	const far = (iso) => (iso ? `${when(iso)}` : t("set.levels.never"));
	keep(into, el("h4", {}, t("set.levels.now")),
		p.promises.length ? el("ul", {}, p.promises.map((q) => el("li", {}, t(q.priority ? "set.levels.due.at" : "set.levels.due", { clock: t(`clock.${q.clock}`), priority: String(q.priority), due: far(q.due), target: span(q.target_ms) })))) : el("p", {}, t("set.levels.none")),
		el("h4", {}, t("set.levels.moves")), el("p", {}, t(p.all ? "set.levels.moved.all" : "set.levels.moved.some", { moved: String(p.moved), open: String(p.open), looked: String(p.looked) })),
		p.moves.length > 0 && table(t("set.levels.moves"), [t("case"), t("set.levels.clock"), t("set.levels.was"), t("set.levels.willbe")],
			p.moves.map((m) => [el("a", { href: `#/recent/${m.contactId}` }, m.contactId), t(`clock.${m.clock}`), far(m.was), far(m.due)])));
}

/** fields are the controls of a service level; read(form) gives it as the API has it. */
function fields(l, all) {
	const own = l.calendar ? [["", t("set.levels.inline")]] : [["", t("set.levels.choose")]];
	const urgent = el("div"), rows = () => [...urgent.querySelectorAll("fieldset.urgent")];
	const add = (u) => {
		const i = rows().length;
		urgent.append(el("fieldset.field.urgent", { "data-field": `urgent[${i}]` }, el("legend", {}, t("set.levels.urgency")),
			el("label", {}, t("set.levels.from"), number("from", u.from, { step: "1" })), clocks.map((c) => target(c, u[c])),
			el("button", { type: "button", onclick: (e) => e.target.closest("fieldset").remove() }, t("set.levels.remove")), el("p.bad")));
	};
	l.urgent.forEach(add);
	const nodes = [
		clocks.map((c) => target(c, l[c], t(`set.levels.hint.${c}`))).flat(),
		field(t("set.levels.day"), pick("day", l.day, [["24h", t("set.levels.day.24h")], ["working", t("set.levels.day.working")]]), t("set.levels.day.hint")),
		field(t("set.levels.calendar"), pick("calendarId", l.calendarId, [...own, ...all.calendars.map((c) => [c.id, c.name])]), t("set.levels.calendar.hint", { release: all.timeZoneRelease })),
		field(t("set.levels.pause.pending"), tick("pause.pending", l.pause.includes("pending"))), field(t("set.levels.pause.escalated"), tick("pause.escalated", l.pause.includes("escalated"))),
		field(t("set.levels.warn"), input("warn", l.warn.join(", "), { inputmode: "numeric" }), t("set.levels.warn.hint")),
		urgent, el("div.row", {}, el("button", { type: "button", onclick: () => { add({ from: 1 }); urgent.lastChild.querySelector("input").focus(); } }, t("set.levels.urgent.add"))),
	].flat();
	const read = (node) => ({
		...Object.fromEntries(clocks.map((c) => [c, aim(node, c)])), day: node.elements.day.value, calendarId: node.elements.calendarId.value, calendar: l.calendar,
		pause: ["pending", "escalated"].filter((s) => node.elements[`pause.${s}`].checked),
		warn: node.elements.warn.value.split(/[\s,;%]+/).filter(Boolean).map(Number),
		urgent: rows().map((r) => ({ from: Number(r.querySelector("[name=from]").value), ...Object.fromEntries(clocks.map((c) => [c, aim(r, c)])) })),
	});
	return { nodes, read };
}

const target = (clock, v, hint) => el("fieldset.field.target", { "data-field": clock }, el("legend", {}, t(`clock.${clock}`)),
	el("div.row", {}, parts.map((p) => el("label", {}, number(`${clock}.${p}`, v?.[p] || "", { min: "0", step: "1", max: p === "d" ? "3660" : p === "h" ? "23" : "59" }), " ", t(`unit.${p}`)))),
	el("p.small", {}, hint), el("p.bad"));

/** aim reads a target of a form or a row; all empty is none. */
function aim(node, clock) {
	const of = (p) => Number([...node.querySelectorAll(`[name="${clock}.${p}"]`)].find((n) => node.tagName === "FIELDSET" || !n.closest(".urgent")).value || 0);
	const out = Object.fromEntries(parts.map((p) => [p, of(p)]));
	return parts.some((p) => out[p]) ? out : null;
}

/** opened is the work of giving open cases the service levels that are set now. */
function opened(work) {
	const said = el("p", { role: "status", id: "levels-work" }, progress(work));
	const watch = async () => {
		while (said.isConnected) {
			const now = await attempt(() => get(`${path}/open-cases`));
			if (!now) return;
			said.textContent = progress(now.applying);
			if (!now.applying || now.applying.doneAt) return;
			await new Promise((done) => setTimeout(done, 5000));
		}
	};
	if (work && !work.doneAt) setTimeout(watch, 1000);
	return el("div", {}, el("p", {}, t("set.levels.open.what")),
		el("button", { type: "button", id: "levels-apply", onclick: async () => {
			if (!await ask(t("set.levels.open.ask"), t("set.levels.open.do"))) return;
			const now = await attempt(() => call("POST", `${path}/open-cases`));
			if (now) { said.textContent = progress(now); watch(); }
		} }, t("set.levels.open.do")), said);
}

const progress = (w) => (w ? t(w.doneAt ? "set.levels.open.done" : "set.levels.open.runs", { by: name(w.by), seen: String(w.seen), open: String(w.open), moved: String(w.moved), failed: w.failed ? t("set.levels.open.failed", { n: String(w.failed), why: w.reason || "" }) : "" }) : "");
