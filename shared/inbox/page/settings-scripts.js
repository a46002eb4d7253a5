// Digital scripts: which there are, which one each channel has, and the editor of one with its reading, versions and dry run.
import { el, keep } from "/page/dom.js";
import { t } from "/page/words.js";
import { call, get } from "/page/api.js";
import { attempt } from "/page/main.js";
import { pick, table } from "/page/settings-form.js";
import { base, doing, dryRun, editor, names, pretty, send, versions } from "/page/settings-automation.js";

const enc = encodeURIComponent, path = (id) => `${base}/scripts/${enc(id)}`;

const first = { id: "triage", name: "Triage", steps: [
	{ id: "invoices", note: "…", if: "case.subject.lowerAscii().contains('invoice')", do: [{ priority: 5 }], then: "", else: "night" },
	{ id: "night", if: "!hours.open", do: [{ reply: "received" }] }],
templates: { received: { en: "We have your mail. Its number is {ticket}.", fr: "Votre message est arrivé. Son numéro est {ticket}." } } };

export async function show(node, rest, link) {
	if (!rest) return list(node, link);
	const s = rest === "new" ? { id: "", active: 0, latest: 0, channels: [], document: first, versions: [], log: [] } : await get(path(rest));
	const all = await get(`${base}/scripts`);
	draw(node, s, all.channels, link);
}

async function list(node, link) {
	const all = await get(`${base}/scripts`);
	const heads = ["set.auto.name", "set.scripts.force", "set.scripts.channels"].map((k) => t(k));
	const choose = (ch) => pick(`script-${ch.id}`, ch.script, [["", t("set.scripts.builtin")], ...all.scripts.filter((s) => s.active).map((s) => [s.id, s.name || s.id])], {
		"aria-label": t("set.scripts.of", { channel: ch.name }),
		onchange: (e) => attempt(() => call("PUT", `${base}/channels/${enc(ch.id)}/script`, { script: e.target.value }), t("set.saved")).then(() => list(node, link)),
	});
	keep(node, el("p", {}, t("set.scripts.what")), el("p", {}, el("a.button", { href: link("new") }, t("set.scripts.new"))),
		table(t("set.scripts"), heads, all.scripts.map((s) => [el("a", { href: link(s.id) }, s.name || s.id), s.active ? t("set.auto.active", { n: String(s.active) }) : t("set.scripts.draft"), s.channels.join(", ")]), t("set.none")),
		el("h3", {}, t("set.scripts.defaults")), el("p.small", {}, t("set.scripts.defaults.what")),
		table(t("set.scripts.defaults"), ["set.scripts.channel", "set.scripts.skill", "set.scripts.script"].map((k) => t(k)), all.channels.map((ch) => [ch.name, ch.skill, choose(ch)])));
}

function draw(node, s, channels, link) {
	const idOf = (text) => { try { return JSON.parse(text).id || s.id; } catch { return s.id || "script"; } };
	const save = async (text, activate) => {
		const id = s.id || idOf(text);
		const got = await send("PUT", `${path(id)}${activate ? "?activate=true" : ""}`, text);
		if (!s.id) location.hash = link(id); else draw(node, await get(path(id)), channels, link);
		return t(got.same ? "set.auto.same" : got.active === got.version ? "set.auto.inforce" : "set.auto.drafted", { n: String(got.version) });
	};
	const edit = editor({
		label: t("set.scripts.document"), text: pretty(s.document), read: reading,
		actions: [[t("set.auto.draft"), (text) => save(text, false), true], [t("set.auto.activate"), (text) => save(text, true)],
			[t("set.auto.check"), async (text) => { await send("POST", `${path(s.id || idOf(text))}/check`, text); return t("set.auto.fine"); }]],
	});
	const area = edit.querySelector("textarea");
	const load = (n) => attempt(async () => { area.value = pretty((await get(`${path(s.id)}/versions/${n}`)).document); area.dispatchEvent(new Event("input")); area.focus(); });
	const force = (v) => v.version !== s.active && el("button", { type: "button", onclick: () => attempt(() => call("POST", `${path(s.id)}/activate`, { version: v.version }), t("set.saved")).then(async () => draw(node, await get(path(s.id)), channels, link)) }, t("set.auto.force"));
	const on = pick("dry-channel", s.channels[0] || channels[0]?.id, channels.map((c) => [c.id, c.name]), { "aria-label": t("set.scripts.channel") });
	keep(node, el("p", {}, s.id ? [el("b", {}, s.name || s.id), " · ", s.active ? t("set.auto.active", { n: String(s.active) }) : t("set.scripts.draft"), s.channels.length ? ` · ${s.channels.join(", ")}` : ""] : t("set.scripts.new")),
		el("p.small", {}, t("set.scripts.how")), edit, names(false), dryRun(() => ({ script: JSON.parse(area.value), channel: on.value }), on),
		s.versions.length > 0 && [el("h3", {}, t("set.auto.versions")), versions(s.versions, s.active, load, force)],
		s.active > 0 && el("p", {}, el("button", { type: "button", onclick: () => attempt(() => call("POST", `${path(s.id)}/activate`, { version: 0 }), t("set.saved")).then(async () => draw(node, await get(path(s.id)), channels, link)) }, t("set.scripts.off"))));
}

/** reading shows the graph as a list within a list: from the first step on, each step once where it is met first. */
function reading(doc) {
	const steps = new Map((doc.steps || []).map((s) => [s.id, s])), seen = new Set();
	const go = (id) => {
		if (!id) return el("p.small", {}, t("set.scripts.end"));
		const s = steps.get(id);
		if (!s) return el("p.bad", {}, t("set.scripts.missing", { step: id }));
		if (seen.has(id)) return el("p.small", {}, t("set.scripts.goon", { step: id }));
		seen.add(id);
		return el("div.step", {}, el("p", {}, el("b", {}, s.id), s.note && el("span.small", {}, ` – ${s.note}`), s.if && [" ", t("set.scripts.if"), " ", el("code", {}, s.if)]),
			s.do?.length ? el("ul", {}, s.do.map((a) => el("li", {}, doing(a)))) : null, s.wait && el("p", {}, s.wait === "open" ? t("trace.open") : t("trace.wait", { time: s.wait })),
			el("ul.ways", {}, el("li", {}, s.if ? t("set.scripts.then") : t("set.scripts.next"), " ", go(s.then)), s.if && el("li", {}, t("set.scripts.else"), " ", go(s.else))));
	};
	return [go(doc.steps?.[0]?.id), [...steps.keys()].filter((id) => !seen.has(id)).map((id) => el("p.bad", {}, t("set.scripts.lost", { step: id })))];
}
