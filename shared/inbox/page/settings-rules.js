// Workflow rules: if this happens, or so much time has passed, and this holds, then do that.
import { el, keep } from "/page/dom.js";
import { t } from "/page/words.js";
import { call, get } from "/page/api.js";
import { attempt } from "/page/main.js";
import { table, tick } from "/page/settings-form.js";
import { base, doing, dryRun, editor, names, pretty, send, versions } from "/page/settings-automation.js";

const enc = encodeURIComponent, path = (id) => `${base}/rules/${enc(id)}`;

const first = { id: "spam-apart", name: "Spam goes apart", order: 10, enabled: true, on: ["case.tagged"], if: "fact.detail['tag'] == 'spam'", do: [{ priority: -10 }] };

export async function show(node, rest, link) {
	if (!rest) return list(node, link);
	draw(node, rest === "new" ? { id: "", document: first, versions: [], log: [] } : await get(path(rest)), link);
}

const wakes = (r) => (r.after ? t(`set.rules.after.${r.after.since}`, { time: r.after.for }) : (r.on || []).join(", "));

async function list(node, link) {
	const all = await get(`${base}/rules`);
	const on = (r) => tick(`on-${r.id}`, r.enabled, { "aria-label": t("set.rules.enabled.of", { rule: r.name || r.id }),
		onchange: (e) => attempt(() => call("POST", `${path(r.id)}/enabled`, { enabled: e.target.checked }), t("set.saved")).then(() => list(node, link)) });
	keep(node, el("p", {}, t("set.rules.what")), el("p", {}, el("a.button", { href: link("new") }, t("set.rules.new"))),
		table(t("set.rules"), ["set.auto.name", "set.rules.order", "set.rules.wakes", "set.rules.enabled"].map((k) => t(k)), all.rules.map((r) => [el("a", { href: link(r.id) }, r.name || r.id), String(r.order), wakes(r), on(r)]), t("set.none")));
}

function draw(node, r, link) {
	const idOf = (text) => { try { return JSON.parse(text).id || r.id; } catch { return r.id || "rule"; } };
	const edit = editor({
		label: t("set.rules.document"), text: pretty(r.document), read: reading,
		actions: [[t("set.save"), async (text) => {
			const id = r.id || idOf(text), got = await send("PUT", path(id), text);
			if (!r.id) location.hash = link(id); else draw(node, await get(path(id)), link);
			return t(got.same ? "set.auto.same" : got.active ? "set.auto.inforce" : "set.auto.drafted", { n: String(got.version) });
		}, true], [t("set.auto.check"), async (text) => { await send("POST", `${path(r.id || idOf(text))}/check`, text); return t("set.auto.fine"); }]],
	});
	const area = edit.querySelector("textarea");
	const load = (n) => attempt(async () => { area.value = pretty((await get(`${path(r.id)}/versions/${n}`)).document); area.dispatchEvent(new Event("input")); area.focus(); });
	keep(node, el("p", {}, r.id ? [el("b", {}, r.name || r.id), " · ", t(r.enabled ? "set.rules.on" : "set.rules.off")] : t("set.rules.new")), el("p.small", {}, t("set.rules.how")),
		edit, names(true), dryRun(() => ({ rule: JSON.parse(area.value) })), r.versions.length > 0 && [el("h3", {}, t("set.auto.versions")), versions(r.versions, r.enabled ? r.latest : 0, load)]);
}

const reading = (r) => [
	el("p", {}, el("b", {}, r.name || r.id), " · ", t(r.enabled ? "set.rules.on" : "set.rules.off")),
	el("p", {}, t("set.rules.when"), " ", wakes(r)), r.if && el("p", {}, t("set.scripts.if"), " ", el("code", {}, r.if)),
	el("ul", {}, (r.do || []).map((a) => el("li", {}, doing(a)))), r.stop && el("p.small", {}, t("set.rules.stop")),
];
